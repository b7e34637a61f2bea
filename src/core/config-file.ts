import { createHash } from 'crypto';
import { Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { KubeObject } from './kube-object';
import { remembered } from './remembered';

/** Files of configuration, and how they reach the program. */
interface ConfigFilesProps {
  /** Name of the ConfigMap. */
  readonly name: string;
  readonly labels: Record<string, string>;
  /** Text of each file, made when the tree is rendered, for it may depend on parts that are added later. */
  readonly files: Record<string, () => string>;
}

/**
 * A ConfigMap of files. A program that watches its files has them mounted as a folder (never by `subPath`, which the
 * kubelet does not refresh); for one that does not, `hash` goes into an annotation of its pods, so that a change rolls them.
 */
export class ConfigFiles extends Construct {
  public readonly name: string;
  private readonly contents: () => Record<string, string>;

  constructor(scope: Construct, id: string, { name, labels, files }: ConfigFilesProps) {
    super(scope, id);
    this.name = name;
    this.contents = remembered(this, () => Object.fromEntries(Object.entries(files).map(([file, produce]) => [file, produce()])));
    new KubeObject(this, 'Resource', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, labels },
      data: Lazy.any({ produce: () => this.contents() }),
    });
  }

  /** Where the files are found by a container. */
  public mount(mountPath: string, volumeName = 'config') {
    return { mountPath, readOnly: true, volume: { name: volumeName, configMap: { name: this.name } } };
  }

  /** For programs that cannot reload. */
  public get hash(): string {
    return createHash('sha256').update(JSON.stringify(this.contents())).digest('hex').slice(0, 16);
  }
}
