import type { UnshownTrap } from './trap';

/** Traps that need more than a few processes and some seconds, with the reason. */
export const UNSHOWN: readonly UnshownTrap[] = [{
  name: 'roll-out-beside-the-budget',
  rule: 'A PodDisruptionBudget does not restrain the roll-out of StatefulSets: one a zone roll all zones at once.',
  reason: 'needs the controllers of a cluster',
}, {
  name: 'memory-of-a-ring-that-follows-readiness',
  rule: 'The heads that grow when members come and go end in ingestors that are killed one after the other.',
  reason: 'needs the memory limits and the load of a real platform; that the heads grow is shown by ring/ring-follows-readiness',
}, {
  name: 'ring-file-by-sub-path',
  rule: 'A ConfigMap that is mounted by subPath never changes in a running pod.',
  reason: 'needs a kubelet',
}, {
  name: 'addresses-of-unready-pods',
  rule: 'Ingestors need publishNotReadyAddresses, or their names are gone while they replay their WAL.',
  reason: 'needs the DNS of a cluster',
}, {
  name: 'few-connections-few-routers',
  rule: 'A sender keeps one connection for each busy shard, so few shards use few of the routers behind a Service.',
  reason: 'needs a Service in front of several routers',
}, {
  name: 'outage-of-a-server',
  rule: 'Prometheus in server mode keeps about one hour of its WAL for remote write, whatever it is told.',
  reason: 'its WAL is truncated by the two hours of a block; agents are shown by outages/wal-truncated-during-the-outage',
}, {
  name: 'half-of-the-truncation-period',
  rule: 'Of an agent\'s WAL the newer half of a truncation period is sure to be there, if it has several segments of 128 MB.',
  reason: 'needs gigabytes of WAL',
}, {
  name: 'backoff-of-minutes',
  rule: 'A max_backoff of minutes freezes resharding for twice as long.',
  reason: 'takes ten minutes',
}, {
  name: '5m-retention-at-its-floor',
  rule: 'Blocks of 5 minutes must live until they are merged into one of 14 days, or they are never downsampled to one hour.',
  reason: 'the same code as compaction/raw-retention-at-its-floor, on blocks of two weeks of which the newest must be of today',
}, {
  name: 'index-beyond-64-gigabytes',
  rule: 'A block whose index would outgrow 64 GB is never compacted.',
  reason: 'needs a block of that size',
}, {
  name: 'permissions-of-a-bucket',
  rule: 'Parts that do not delete can be denied it.',
  reason: 'needs the policies of a cloud; who deletes is shown by reading/who-deletes',
}, {
  name: 'idle-connections-of-the-frontend',
  rule: 'The query frontend opens a connection a query beyond max_idle_conns_per_host.',
  reason: 'costs time only, which two shared cores do not show',
}, {
  name: 'tenancy-without-authentication',
  rule: 'Query believes the tenant\'s header, whoever sends it.',
  reason: 'nothing to break: it is so by design',
}, {
  name: 'writer-interning',
  rule: 'The version after Thanos 0.43 refuses --writer.intern.',
  reason: 'not a version that is shipped',
}, {
  name: 'thanos-without-slicelabels',
  rule: 'Thanos that is built without the tag slicelabels panics at the first write.',
  reason: 'a matter of the build; test/programs builds it with the tag',
}];
