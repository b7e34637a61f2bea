import type { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import type { Endpoint } from '../core/endpoint';
import { dnsLabel, duration, Fields, labelName, list, read, required } from '../core/fields';
import { check } from '../core/findings';
import { flag, renderFlags } from '../core/flags';
import { Graph } from '../core/graph';
import { type NetworkPeer, networkPeer } from '../core/network-peer';
import { connectionOf, connectObjectStore, IObjectStore, objectStore, ObjectStoreAccess, objectStoreProps } from '../core/object-store';
import { PROGRAM_FIELDS, PROGRAM_RULES, ProgramOptions } from '../core/program-options';
import { THANOS_GRACE, THANOS_HTTP, thanosWorkload } from '../core/thanos';
import { CPU_FLOOR, PROCESS_MEMORY } from '../plan/constants';

/** Properties of a `BucketViewer`. */
export interface BucketViewerProps extends ProgramOptions {
  /** The bucket that is shown. */
  readonly bucket: IObjectStore;
  /** Name of the objects. @default - the construct's id */
  readonly name?: string;
  /** How often the bucket is listed. Each time costs requests for every block. @default 30 minutes */
  readonly refresh?: Duration;
  /** How long a listing may take; at most half of `refresh`. @default 5 minutes */
  readonly timeout?: Duration;
  /** Label of blocks by which they are grouped. @default - all labels */
  readonly label?: string;
  /** Who else may open it. @default - nobody */
  readonly allowFrom?: NetworkPeer[];
}

/** One row a prop; row order is the order of the arguments. */
export const BUCKET_VIEWER_FIELDS: Fields<BucketViewerProps> = {
  ...PROGRAM_FIELDS,
  bucket: required(objectStore()),
  name: dnsLabel(),
  refresh: flag('refresh', duration({ min: 300 }), { as: 'duration', default: '30m' }),
  timeout: flag('timeout', duration({ min: 60 }), { as: 'duration', default: '5m' }),
  label: flag('label', labelName()),
  allowFrom: list(networkPeer()),
};

/**
 * A page that shows all blocks of a bucket, and can change none of them. A `Compactor` has such a page too; this one needs no right
 * to delete, and shows the blocks of several rings together.
 */
export class BucketViewer extends Construct {
  /** The page. */
  public readonly endpoint: Endpoint;

  constructor(scope: Construct, id: string, props: BucketViewerProps) {
    super(scope, id);
    const given = read(this, BUCKET_VIEWER_FIELDS, props);
    // It holds the metadata of blocks, some kilobytes each.
    const resources = { cpuRequest: CPU_FLOOR, memoryRequest: PROCESS_MEMORY, memoryLimit: 2 * PROCESS_MEMORY, ...given };
    check(this, PROGRAM_RULES, resources);
    const name = given.name ?? id;
    const bucket = connectionOf(this, props.bucket, ObjectStoreAccess.READ);
    const access = objectStoreProps(bucket);
    const workload = thanosWorkload(this, 'viewer', {
      ...access,
      subcommand: 'tools bucket web',
      name,
      instance: name,
      component: 'bucket-viewer',
      kind: 'Deployment',
      sets: [{ suffix: '', replicas: 1, labels: {} }],
      args: [...access.args, '--disable-admin-operations', ...renderFlags(BUCKET_VIEWER_FIELDS, given)],
      options: given,
      resources,
      startup: 60,
      terminationGracePeriod: THANOS_GRACE,
    });
    connectObjectStore(workload, bucket, 'reads the metadata of blocks');
    Graph.of(this).admit(workload, THANOS_HTTP.port, 'opens the block viewer', given.allowFrom);
    this.endpoint = workload.endpoint(THANOS_HTTP.name);
  }
}
