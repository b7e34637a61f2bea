import * as fs from 'node:fs';
import * as path from 'node:path';
import { App, Chart } from 'cdk8s';
import { MonitoringStack, MonitoringStackProps } from '../../../src/stack';
import { ObjectStoreBucket } from '../../../src/store';
import type { Manifest } from '../../programs/examples';
import type { CommandFlags } from '../../programs/flags/types';
import { podOf, WorkloadPod } from '../../programs/pods';

const DATA = path.join(__dirname, '..', '..', 'programs', 'data');

/** What the programs' own help says of their flags. */
export const COMMANDS: readonly CommandFlags[] = fs.readdirSync(DATA).map(file => JSON.parse(fs.readFileSync(path.join(DATA, file), 'utf8')));

/** A platform as a user would write it, to take arguments and configuration from. */
export class Platform {
  public readonly objects: readonly Manifest[];

  constructor(props: Omit<MonitoringStackProps, 'cluster'>) {
    const chart = new Chart(new App(), 'monitoring', { namespace: 'monitoring' });
    // Every program gets a folder in its place.
    const bucket = ObjectStoreBucket.s3(chart, 'blocks', { bucket: 'blocks', endpoint: 's3.eu-west-1.amazonaws.com', region: 'eu-west-1' });
    new MonitoringStack(chart, 'platform', { cluster: 'eu-1', name: 'platform', bucket, ...props });
    this.objects = chart.toJson();
  }

  /**
   * The first pod of a workload.
   *
   * @throws when there is none of that name.
   */
  public pod(name: string): WorkloadPod {
    const pods = this.objects.flatMap(manifest => podOf({ example: 'calibration', manifest }) ?? []);
    const found = pods.find(({ object }) => object.manifest.metadata.name === name);
    if (found) return found;
    throw new Error(`The platform has no workload '${name}'; it has ${pods.map(({ object }) => object.manifest.metadata.name).join(', ')}.`);
  }

  /** The content of a file of a ConfigMap. */
  public file(configMap: string, key: string): string {
    const found = this.objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.startsWith(configMap));
    return (found!.data as Record<string, string>)[key];
  }
}
