import type { Size } from 'cdk8s';
import type { IPersistentVolumeClaim } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { objectStoreYaml, prefixField, Store } from './cloud-store';
import { plannedBytes } from './planned-bytes';
import { dnsLabel, dnsSubdomain, Fields, named, read, size } from '../core/fields';
import { Severity } from '../core/findings';
import { Graph } from '../core/graph';
import { KubeObject } from '../core/kube-object';
import { commonLabels } from '../core/labels';
import { ObjectStoreAccess } from '../core/object-store';
import { Platform } from '../core/platform';
import { memoryQuantity } from '../core/units';
import { planEmbeddedBucket } from '../plan/embedded-bucket';
import { type Workload, workloadField } from '../plan/workload';

/** A volume that all pods share, in place of an object store. */
export interface FilesystemBucketProps {
  /** A claim that exists, with access mode ReadWriteMany. @default - a new one */
  readonly claim?: IPersistentVolumeClaim;
  /** Name of the new claim. @default - the construct's id */
  readonly name?: string;
  /** Size of the new claim. @default - from the plan */
  readonly storageSize?: Size;
  /** StorageClass of the new claim; its volumes must allow ReadWriteMany. @default - the platform's */
  readonly storageClassName?: string;
  /** Folder of the volume that is used. @default - all of the volume */
  readonly prefix?: string;
  /** What it is planned for. @default - the stack's workload; 100k series for one that stands alone */
  readonly workload?: Workload;
}

export const FILESYSTEM_FIELDS: Fields<FilesystemBucketProps> = {
  claim: named<IPersistentVolumeClaim>('a PersistentVolumeClaim', 'PersistentVolumeClaim.fromClaimName(…)'),
  name: dnsLabel(),
  storageSize: size(),
  storageClassName: dnsSubdomain(),
  prefix: prefixField(),
  workload: workloadField(),
};

const MOUNT_PATH = '/var/thanos/bucket';

/** A shared volume as Thanos knows it. */
export function filesystemStore(at: Construct, id: string, props: FilesystemBucketProps): Store {
  const given = read(at, FILESYSTEM_FIELDS, props);
  const plan = planEmbeddedBucket({ bytesTotal: plannedBytes(at, undefined, given.workload) }, given, 'bucket');
  Graph.of(at).report(at, 'filesystem-bucket', 'Thanos keeps its filesystem bucket for tests: a file is written in place, so that a reader may meet half of it, '
    + 'and one volume holds everything for all pods. Use ObjectStoreBucket.embedded(…), or a bucket of a cloud.', Severity.WARNING);
  const name = given.claim ? props.claim!.name : given.name ?? id;
  const problem = given.claim || given.name ? undefined : dnsLabel().problem(id);
  if (problem) {
    Graph.of(at).report(at, 'name-not-dns', `The id '${id}', which names the volume claim, ${problem}. Give the bucket a 'name'.`);
  }
  if (!given.claim) {
    new KubeObject(at, 'Resource', {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: {
        name,
        labels: commonLabels(at, { instance: name, component: 'bucket' }),
      },
      spec: {
        accessModes: ['ReadWriteMany'],
        storageClassName: given.storageClassName ?? Platform.of(at).storageClassName,
        resources: { requests: { storage: memoryQuantity(plan.storageSize) } },
      },
    });
  }
  return {
    figures: plan.figures.filter(figure => figure.name === 'storageSize'),
    connect: access => ({
      config: objectStoreYaml('FILESYSTEM', { directory: MOUNT_PATH }, given.prefix),
      sharedClaim: { name, mountPath: MOUNT_PATH, readOnly: access === ObjectStoreAccess.READ },
    }),
  };
}
