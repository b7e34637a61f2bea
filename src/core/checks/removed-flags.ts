import { FlagRow, flagRows } from './flag-rows';
import { ProgramName } from '../images';

/** A flag that its program has given up, or is about to. */
interface OldFlag extends FlagRow {
  /** For a flag that is a list of names: the name in it that is old. @default - the flag itself is */
  readonly value?: string;
  /** Whether the program refuses to start with it; otherwise it is deprecated, or does nothing. */
  readonly removed?: boolean;
  /** What to do. */
  readonly instead: string;
}

const { THANOS, PROMETHEUS } = ProgramName;
const QUERY = ['query'];
const RECEIVE = ['receive-router', 'receive-ingestor'];

const ENDPOINTS = 'Query finds its endpoints by --endpoint.sd-config-file, which the construct prints: give it the store as a prop instead.';
const CLIENT_TLS = 'Thanos removes it after 0.43; TLS of clients belongs into default_client_config of the file of --endpoint.sd-config-file.';
const BY_DEFAULT = 'Leave it out: Prometheus 3 does this by default.';

const features = (names: string[], instead: string): OldFlag[] => names.map(value => ({ program: PROMETHEUS, flag: 'enable-feature', value, instead }));

/**
 * Sources: the `--help` of the tested versions; CHANGELOG of Thanos (0.37 for the legacy flags of Query, 0.42, Unreleased);
 * CHANGELOG and migration guide of Prometheus 3.
 */
export const OLD_FLAGS: OldFlag[] = [
  ...flagRows(THANOS, ['store', 'rule', 'metadata', 'exemplar', 'target'], { components: QUERY, removed: true, instead: ENDPOINTS }),
  ...flagRows(THANOS, ['endpoint', 'endpoint-strict', 'endpoint-group', 'endpoint-group-strict', 'store.sd-files', 'store.sd-interval'],
    { components: QUERY, instead: ENDPOINTS }),
  ...flagRows(THANOS, [
    'grpc-client-server-name', 'grpc-client-tls-ca', 'grpc-client-tls-cert', 'grpc-client-tls-key', 'grpc-client-tls-min-version',
    'grpc-client-tls-secure', 'grpc-client-tls-skip-verify', 'grpc-compression',
  ], { components: QUERY, instead: CLIENT_TLS }),
  ...flagRows(THANOS, ['shipper.ignore-unequal-block-size'], {
    components: RECEIVE, removed: true, instead: 'Leave it out: since 0.42 Receive waits with its compaction until a block is uploaded.',
  }),
  ...flagRows(THANOS, ['writer.intern'], { components: RECEIVE, instead: 'Leave it out: the next version of Thanos always does this, and refuses the flag.' }),
  ...flagRows(THANOS, ['tsdb.enable-native-histograms'], { instead: 'Leave it out: native histograms are always taken.' }),
  ...flagRows(THANOS, ['store.grpc.series-sample-limit'], { instead: "Use the prop 'requestSamplesLimit' (--store.limits.request-samples)." }),
  ...flagRows(THANOS, ['store.grpc.touched-series-limit'], { instead: "Use the prop 'requestSeriesLimit' (--store.limits.request-series)." }),
  ...flagRows(THANOS, ['debug.advertise-compatibility-label'], { removed: true, instead: 'Leave it out: only Query before 0.8 needed it.' }),
  ...flagRows(THANOS, ['log.request.decision'], { removed: true, instead: 'Use --request.logging-config.' }),

  ...flagRows(PROMETHEUS, ['storage.tsdb.retention.time', 'storage.tsdb.retention.size'], {
    instead: "Leave it out; retention stands in the configuration, 'storage.tsdb.retention', for a change to be reloaded.",
  }),
  ...flagRows(PROMETHEUS, ['storage.tsdb.retention'], { removed: true, instead: "Retention stands in the configuration, 'storage.tsdb.retention'." }),
  ...flagRows(PROMETHEUS, ['storage.tsdb.allow-overlapping-blocks', 'alertmanager.timeout'], { removed: true, instead: 'Leave it out: it had lost its effect.' }),
  ...features(['agent'], "Leave it out: agents run with --agent, which the prop 'mode' decides."),
  ...features(['remote-write-receiver'], 'Use --web.enable-remote-write-receiver.'),
  ...features(['native-histograms'], "Native histograms are scraped with 'scrape_native_histograms' in the configuration."),
  ...features(['auto-reload-config'], 'Leave it out: the config-reloader reloads the configuration (by itself Prometheus does with --config.auto-reload).'),
  ...features([
    'promql-at-modifier', 'promql-negative-offset', 'new-service-discovery-manager', 'expand-external-labels', 'no-default-scrape-port', 'utf8-names',
    'auto-gomemlimit', 'auto-gomaxprocs', 'promql-duration-expr', 'ooo-native-histograms',
  ], BY_DEFAULT),
];
