import type { SecretValue } from 'cdk8s-plus-28';
import type { IConstruct } from 'constructs';
import { Discovery, endpointTargets, probeDiscovery, staticDiscovery, TARGET } from './discovery';
import { PROBE_JOB_FIELDS, type ProbeJobOptions, type ReadyMadeJobOptions, SCRAPE_JOB_FIELDS, ScrapeJobOptions, ScrapeScheme } from './scrape-job-options';
import { scrapeLimitsConfig } from './scrape-limits';
import { ClusterPeers, clusterPeers } from '../core/cluster-peers';
import { EndpointProtocol, IScrapeTarget, scrapeTarget } from '../core/endpoint';
import { Fields, Given, list, read, required, text } from '../core/fields';
import { Graph } from '../core/graph';
import { HttpClient, httpClientConfig, readHttpClient, secretsOf } from '../core/http-client';
import { constantLabel, literal, RelabelConfig } from '../core/relabeling';

/** A kind of job: its options, and where they lead. */
export interface JobKind<O extends ScrapeJobOptions> {
  readonly fields: Fields<O>;
  readonly discover: (given: Given<O>, peers: ClusterPeers) => Discovery;
  /** Settings of the kind itself; those of the user win. */
  readonly defaults?: Given<ScrapeJobOptions>;
  /** Whether targets are trusted by the cluster's authority, and shown the pod's token. */
  readonly serviceAccount?: boolean;
  /** Steps over samples before those of the user, who may switch them off; read when the configuration is written. */
  readonly metricRelabelings?: () => RelabelConfig[];
}

/** What of its kind a job's entry depends on. */
type Kind = Pick<JobKind<ScrapeJobOptions>, 'metricRelabelings' | 'serviceAccount'>;

/** An entry of `scrape_configs`. */
export interface JobConfig {
  readonly job_name: string;
  readonly relabel_configs: RelabelConfig[];
  readonly metric_relabel_configs?: RelabelConfig[];
}

/** A job whose options have been judged. */
export interface ResolvedJob {
  readonly name: string;
  readonly discovery: Discovery;
  /** Labels that the job gives to all its series, or may give. */
  readonly labelNames: string[];
  /** Seconds. */
  readonly scrapeInterval?: number;
  /** Seconds. */
  readonly scrapeTimeout?: number;
  readonly secrets: SecretValue[];
  /** Samples that one target may have, if the job says so itself. */
  readonly sampleLimit?: number;
  /** Labels that its own steps write. */
  readonly relabeled: string[];
  /** Its entry among the `scrape_configs`; `last` ends the relabeling, `discovery` takes the place of the job's own. */
  readonly config: (last: RelabelConfig[], discovery?: object) => JobConfig;
}

/** Judges the options of a job, reports what is wrong at the Prometheus that takes it, and goes on with the rest. */
export function readJob<O extends ScrapeJobOptions>(at: IConstruct, name: string, kind: JobKind<O>, options: O): ResolvedJob {
  const own = read(at, kind.fields, options, `${name}.`) as Given<O> & Given<ReadyMadeJobOptions>;
  const tls = kind.defaults?.tls || own.tls ? { ...kind.defaults?.tls, ...own.tls } : undefined;
  const given = { ...kind.defaults, ...own, tls };
  const metricRelabelings = own.defaultMetricRelabelings === false ? undefined : kind.metricRelabelings;
  return resolve(at, name, given, kind.discover(given, clusterPeers(at)), { ...kind, metricRelabelings });
}

/** As `readJob`, of targets by their addresses. */
export function readStaticJob(at: IConstruct, name: string, targets: string[], options: ScrapeJobOptions): ResolvedJob {
  const fields = { targets: required(list(text('an address with a port, e.g. db.example.com:9187, without a scheme or a path', TARGET))) };
  const { targets: sound = [] } = read(at, fields, { targets }, `${name}.`);
  return resolve(at, name, read(at, SCRAPE_JOB_FIELDS, options, `${name}.`), staticDiscovery(sound));
}

/** As `readJob`, of what a prober looks at. */
export function readProbeJob(at: IConstruct, name: string, targets: string[], options: ProbeJobOptions): ResolvedJob {
  const fields = { targets: required(list(text('a URL or an address as the prober takes it, without blanks and \'$(\'', /^(?!.*\$\()\S+$/))) };
  const { targets: sound = [] } = read(at, fields, { targets }, `${name}.`);
  const { prober, module, ...given } = read(at, PROBE_JOB_FIELDS, options, `${name}.`);
  const own = {
    metricsPath: '/probe',
    scheme: prober?.protocol === EndpointProtocol.HTTPS ? ScrapeScheme.HTTPS : undefined,
    ...given,
    params: module === undefined ? given.params : { ...given.params, module: [module] },
  };
  return resolve(at, name, own, probeDiscovery(sound, prober));
}

/** As `readJob`, of what others have brought to a part: their labels stay, and the part's own metrics are left to self-monitoring. */
export function readCollectedJob(at: IConstruct, name: string, target: IScrapeTarget, options: ScrapeJobOptions): ResolvedJob {
  const problem = scrapeTarget().problem(target);
  if (problem) {
    Graph.of(at).report(at, 'invalid-prop', `'${name}.target' ${problem}.`);
  }
  const scrapeEndpoints = problem ? [] : target.scrapeEndpoints;
  const own = { action: 'drop', source_labels: ['instance'], regex: scrapeEndpoints.map(({ address }) => literal(address)).join('|') };
  const given = read(at, SCRAPE_JOB_FIELDS, options, `${name}.`);
  return resolve(at, name, { honorLabels: true, ...given }, endpointTargets(scrapeEndpoints), { metricRelabelings: () => [own] });
}

function resolve(at: IConstruct, name: string, given: Given<ScrapeJobOptions>, discovery: Discovery, kind: Kind = {}): ResolvedJob {
  const client = readHttpClient(at, given, `${name}.`);
  if (client.tls && given.scheme === ScrapeScheme.HTTP) {
    Graph.of(at).report(at, 'job-tls-without-https',
      `'${name}.scheme' is 'http', but '${name}.tls' is given and would never be used; leave the scheme out, or the TLS settings.`);
  }
  const { team, service, origin } = given;
  const ownership = Object.entries({ team, service, origin, ...given.labels }).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const steps = (given.relabelings ?? []).map(({ _config }) => _config);
  const ownMetricSteps = (given.metricRelabelings ?? []).map(({ _config }) => _config);
  return {
    name,
    discovery: { ...discovery, peers: given.targetPeers ?? discovery.peers },
    labelNames: [...ownership.map(([label]) => label), ...[...discovery.relabelings, ...steps].flatMap(({ target_label }) => target_label ?? [])],
    scrapeInterval: given.scrapeInterval,
    scrapeTimeout: given.scrapeTimeout,
    sampleLimit: given.sampleLimit,
    relabeled: steps.flatMap(({ target_label }) => target_label ?? []),
    secrets: secretsOf(client),
    config: (last, found = discovery.config) => {
      const metricSteps = [...kind.metricRelabelings?.() ?? [], ...ownMetricSteps];
      return {
        job_name: name,
        ...endpointConfig(given, client, kind.serviceAccount),
        ...found,
        relabel_configs: [...discovery.relabelings, ...steps, ...ownership.map(([label, value]) => constantLabel(label, value)), ...last],
        metric_relabel_configs: metricSteps.length > 0 ? metricSteps : undefined,
      };
    },
  };
}

/** How each target is scraped. */
function endpointConfig(given: Given<ScrapeJobOptions>, client: HttpClient, serviceAccount = false): object {
  return {
    honor_labels: given.honorLabels,
    honor_timestamps: given.honorTimestamps,
    ...scrapeLimitsConfig(given),
    metrics_path: given.metricsPath,
    scheme: given.scheme ?? (client.tls || serviceAccount ? ScrapeScheme.HTTPS : undefined),
    params: given.params,
    ...httpClientConfig(client, serviceAccount),
  };
}
