import { ApiObject, ApiObjectProps, App, JsonPatch } from 'cdk8s';
import type { Construct } from 'constructs';
import { Graph } from './graph';
import { groupKind, isClusterScoped } from './kinds';
import { Platform } from './platform';
import { printedValue, replacesAny } from './printed-value';

/**
 * An object of the API. It is printed as it is given: the `Kube…` classes of cdk8s-plus would drop every field that is
 * newer than their schema. A patch makes the checks look again, for they judge what is printed.
 */
export class KubeObject extends ApiObject {
  /** The object as it was made, lazy values unresolved. */
  public readonly manifest: ApiObjectProps;
  private hasPatches = false;

  constructor(scope: Construct, id: string, manifest: ApiObjectProps) {
    const { objectLabels } = Platform.of(scope);
    const labelled = objectLabels
      ? { ...manifest, metadata: { ...manifest.metadata, labels: { ...objectLabels, ...manifest.metadata?.labels } } }
      : manifest;
    super(scope, id, labelled);
    this.manifest = labelled;
  }

  /** Whether what is printed may differ from `manifest`. */
  public get patched(): boolean {
    return this.hasPatches;
  }

  /** cdk8s gives every object the chart's namespace, also those that have none. */
  public toJson(): { metadata: { namespace?: string } } {
    const json = this.patched || App.of(this).resolvers.some(replacesAny) ? super.toJson() : this.printed();
    if (isClusterScoped(groupKind(this.apiVersion, this.kind))) {
      delete json.metadata.namespace;
    }
    return json;
  }

  public addJsonPatch(...ops: JsonPatch[]): void {
    super.addJsonPatch(...ops);
    this.hasPatches = true;
    Graph.of(this).touch();
  }

  /** As cdk8s prints it, in less time. */
  private printed(): { metadata: { namespace?: string } } {
    const { apiVersion, kind, metadata: _, ...rest } = this.manifest;
    const head = { apiVersion, kind, metadata: this.metadata.toJson() as { namespace?: string } };
    return { ...head, ...printedValue(rest, this, !process.env.CDK8S_DISABLE_SORT) as object };
  }
}
