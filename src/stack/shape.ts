import type { Construct } from 'constructs';
import { reportTooLarge } from './contradictions';
import { MAX_RINGS, type MonitoringStackProps, STACK_FIELDS } from './stack-props';
import { SHARDED_PROMETHEUS_FIELDS, Sharding } from '../collect/sharded-prometheus-props';
import { MAX_NAME } from '../core/component-pods';
import { type Field, type Given, isRecord } from '../core/fields';
import { Graph } from '../core/graph';
import type { IObjectStore } from '../core/object-store';
import { SENDER_REPLICAS } from '../plan/constants';
import { loadFor } from '../plan/context';
import { FigureUnit } from '../plan/figure';
import { formatValue } from '../plan/format';
import type { Load } from '../plan/load';
import { planRing, type RingFacts } from '../plan/ring';
import { Workload } from '../plan/workload';
import { RING_FIELDS } from '../receive/ring-props';
import { ObjectStoreBucket } from '../store/object-store-bucket';
import { bucketPlan } from '../store/planned-bytes';

/** What the longest name of an object ends with, where a part has a name that is longer than those of the others. */
function longestEnd({ metaMonitoring, prometheus }: Given<MonitoringStackProps>): { readonly end: string; readonly prop: string } | undefined {
  const parts = [
    { prop: 'metaMonitoring', end: '-meta-monitoring-alertmanager', own: metaMonitoring },
    { prop: 'prometheus.sharding', end: '-prometheus-allocator-a', own: isRecord(prometheus) && prometheus.sharding === Sharding.DYNAMIC ? prometheus : undefined },
  ];
  return parts.find(({ own }) => isRecord(own) && own.name === undefined);
}

/** What all objects' names begin with; of one that no name may begin with, something in its place, so that the rest is judged all the same. */
export function stackName(stack: Construct, id: string, given: Given<MonitoringStackProps>): string {
  const { name = id } = given;
  const report = (message: string) => Graph.of(stack).report(stack, 'stack-id', message);
  const problem = STACK_FIELDS.name.problem(name);
  if (problem) {
    report(`The id of the stack is what its objects' names begin with, and ${problem}. Give the stack a 'name', or another id.`);
    return 'platform';
  }
  const longest = longestEnd(given);
  const room = longest ? MAX_NAME - longest.end.length : name.length;
  if (longest && name.length > room) {
    report(`The name of the stack, '${name}', has ${name.length} letters, but with '${longest.prop}' it must have at most ${room}, for one of its objects is called '<name>${longest.end}'. `
      + 'Give the stack a shorter \'name\'.');
    return 'platform';
  }
  return name;
}

/** The workload, or a small one in the place of one that is too large, so that the rest is judged all the same. */
export function carriedWorkload(stack: Construct, { workload: stated, selfMonitoring }: Given<MonitoringStackProps>): Workload {
  const workload = stated!._onPlatform(selfMonitoring !== false);
  const load = loadFor(stack, workload);
  if (planRing(load, { senderReplicas: 1 }, {}).rings <= MAX_RINGS) {
    return workload;
  }
  reportTooLarge(stack, load.activeSeries);
  return Workload.of({ activeSeries: 1 });
}

/** The shape of the rings, known before the ring itself, for the bucket depends on it. */
export function ringFacts(load: Load, { ring = {}, prometheus = {}, rings }: Given<MonitoringStackProps>): RingFacts {
  const senderReplicas = sound(RING_FIELDS.senderReplicas, ring.senderReplicas)
    ?? sound(SHARDED_PROMETHEUS_FIELDS.replicas, prometheus.replicas) ?? SENDER_REPLICAS;
  return planRing(load, { senderReplicas, zones: sound(RING_FIELDS.zones, ring.zones)?.length }, {
    rings,
    replicationFactor: sound(RING_FIELDS.replicationFactor, ring.replicationFactor),
    members: sound(RING_FIELDS.members, ring.members),
    routers: sound(RING_FIELDS.routers, ring.routers),
  });
}

/** Label of blocks that tells the rings of one platform apart, where there are several. */
const RING_LABEL = 'receive_ring';

export function ringLabel({ rings }: RingFacts, index: number): Record<string, string> {
  return rings > 1 ? { [RING_LABEL]: String(index) } : {};
}

/** The bucket of a stack that was given none. */
export function embeddedBucket(stack: Construct, name: string, load: Load, facts: RingFacts): IObjectStore {
  const { bytesTotal, embeddedBytesLimit } = bucketPlan(load, facts);
  const text = (bytes: number) => formatValue(bytes, FigureUnit.BYTES);
  if (bytesTotal > embeddedBytesLimit) {
    Graph.of(stack).report(stack, 'bucket-missing', `This workload keeps ${text(bytesTotal)} in its bucket, and the embedded one is chosen by itself only up to `
      + `${text(embeddedBytesLimit)}. Give the stack a 'bucket', e.g. ObjectStoreBucket.s3(…), or, if one volume of one cluster is what you want, `
      + 'ObjectStoreBucket.embedded(…) by name; or keep less: shorter retention, longer scrape interval.');
  }
  return ObjectStoreBucket.embedded(stack, 'bucket', { name: `${name}-bucket` });
}

/** What a plan can go on with; the part itself says what is wrong with another value. */
function sound<T>(field: Field<T>, value: T | undefined): T | undefined {
  return value !== undefined && field.problem(value) === undefined ? value : undefined;
}
