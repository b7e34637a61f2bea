import { FlagRow, flagRows } from './flag-rows';
import { ProgramName } from '../images';

/** A flag of which more hangs than its own program: by hand it would contradict what the other parts, or the cluster, go by. */
interface FixedFlag extends FlagRow {
  /** The one value that does no harm. @default - none */
  readonly allowed?: string;
  /** What would go wrong, and what to do instead. */
  readonly because: string;
}

const { THANOS, PROMETHEUS, PUSHGATEWAY } = ProgramName;
const ROUTER = ['receive-router'];
const INGESTOR = ['receive-ingestor'];
const RECEIVE = [...ROUTER, ...INGESTOR];

const ADDRESS = 'Services, probes, NetworkPolicies and the addresses that other parts were given go by the port that the construct prints. Leave it out.';
const STORE = "NetworkPolicies, credentials and the checks of the bucket follow the prop 'bucket'. Use it, and leave this out.";
const VOLUME = 'The volume is mounted where the construct says; elsewhere the file system is read-only. Leave it out.';
const RING_PROP = 'Routers, ingestors, senders and the checks must agree on it.';

export const FIXED_FLAGS: FixedFlag[] = [
  ...flagRows(THANOS, ['http-address', 'grpc-address', 'remote-write.address', 'receive.capnproto-address'], { because: ADDRESS }),
  ...flagRows(THANOS, ['objstore.config', 'objstore.config-file'], { because: STORE }),
  ...flagRows(THANOS, ['data-dir', 'tsdb.path'], { because: VOLUME }),

  ...flagRows(THANOS, ['receive.hashrings-algorithm'], {
    components: ROUTER,
    allowed: 'ketama',
    because: "With 'hashmod' every change of the ring moves nearly all series, and each ingestor flushes its whole head. Leave it out.",
  }),
  ...flagRows(THANOS, ['receive.hashrings', 'receive.hashrings-file'], {
    components: RECEIVE,
    because: "The ring follows from 'members' and 'zones', so that it names pods that exist; an ingestor with a ring of its own would forward to itself. Leave it out.",
  }),
  ...flagRows(THANOS, ['receive.local-endpoint'], {
    components: RECEIVE, because: 'Routers keep no samples, for they have no volume; ingestors keep all that they are given, and need no ring. Leave it out.',
  }),
  ...flagRows(THANOS, ['receive.replication-factor'], { components: RECEIVE, because: `${RING_PROP} Use the prop 'replicationFactor'.` }),
  ...flagRows(THANOS, ['receive.replication-protocol'], { components: RECEIVE, because: `${RING_PROP} Use the prop 'replicationProtocol'.` }),
  ...flagRows(THANOS, ['receive.tenant-header'], { components: RECEIVE, because: `${RING_PROP} Use the prop 'tenantHeader'.` }),
  ...flagRows(THANOS, ['receive.tenant-label-name'], { components: RECEIVE, because: `${RING_PROP} Use the prop 'tenantLabel'.` }),
  ...flagRows(THANOS, ['receive.default-tenant-id'], { components: RECEIVE, because: `${RING_PROP} Use the prop 'defaultTenant'.` }),
  ...flagRows(THANOS, ['receive.split-tenant-label-name'], {
    components: RECEIVE, because: 'The label would become the tenant and leave its series, and the labels by which copies are merged would no longer tell the twins apart. Leave it out.',
  }),
  ...flagRows(THANOS, ['receive.limits-config', 'receive.limits-config-file'], {
    components: RECEIVE, because: "Limits are planned together with the senders' batches. Use the limits of the prop 'router'.",
  }),
  ...flagRows(THANOS, ['label'], {
    components: INGESTOR,
    because: "It would take the place of every label that the construct prints, also of 'receive_replica', by which copies are merged. Use the prop 'externalLabels'.",
  }),

  ...flagRows(PROMETHEUS, ['web.listen-address', 'web.route-prefix', 'web.external-url'], {
    because: 'Services, probes, NetworkPolicies and the config-reloader go by the port and the path that the construct prints. Leave it out.',
  }),
  ...flagRows(PROMETHEUS, ['config.file'], { because: 'The config-reloader writes the configuration where the construct says. Leave it out.' }),
  ...flagRows(PROMETHEUS, ['storage.agent.path', 'storage.tsdb.path'], { because: VOLUME }),
  ...flagRows(PROMETHEUS, ['agent'], { because: "Configuration, volumes and the plan differ between agents and servers. Use the prop 'mode'." }),

  ...flagRows(PUSHGATEWAY, ['web.listen-address', 'web.route-prefix', 'web.external-url', 'web.telemetry-path'], {
    because: 'Services, probes, NetworkPolicies, scrape jobs and the URLs of all jobs go by the port and the paths that the construct prints. Leave it out.',
  }),
  ...flagRows(PUSHGATEWAY, ['persistence.file'], { because: VOLUME }),
  ...flagRows(PUSHGATEWAY, ['push.disable-consistency-check'], {
    because: 'One push that contradicts another would then fail every scrape, and with it the metrics of all jobs. Leave it out.',
  }),
];
