import { Duration, Size } from 'cdk8s';
import type { ISecret } from 'cdk8s-plus-28';
import { PrometheusMode, ReplicaRollout, ScrapeJob, ScrapeScheme, ShardedPrometheus, ShardedPrometheusProps } from '../../src/collect';
import { POD_JOB_FIELDS } from '../../src/collect/scrape-job-options';
import { SHARDED_PROMETHEUS_FIELDS } from '../../src/collect/sharded-prometheus-props';
import type { RemoteWriteEndpoint } from '../../src/core/endpoint';
import { Severity } from '../../src/core/findings';
import { Platform } from '../../src/core/platform';
import { Workload } from '../../src/plan/workload';
import { errorsOf, fixture } from '../fixture';
import { findingsOf, JOB, RECEIVE, senders, TestTarget } from './senders';


interface Case {
  readonly props?: Partial<ShardedPrometheusProps>;
  readonly target?: Partial<RemoteWriteEndpoint>;
  readonly severity?: Severity;
  readonly says: string;
}

const workload = (outage: Duration) => Workload.of({ activeSeries: 100_000, outage });

const SETTINGS: Record<string, Case> = {
  'queue-shards-reversed': {
    props: { minShards: 5, maxShards: 4 },
    says: '\'minShards\' (5) must not exceed \'maxShards\' (4): Prometheus refuses such a queue. Lower the one or raise the other.',
  },
  'queue-capacity-below-batch': {
    props: { capacity: 1000, maxSamplesPerSend: 2000 },
    says: '\'capacity\' (1000) must not be below \'maxSamplesPerSend\' (2000), or no request is ever full; three to ten times as much is right.',
  },
  'queue-backoff-reversed': {
    props: { minBackoff: Duration.seconds(30), maxBackoff: Duration.seconds(10) },
    says: '\'minBackoff\' (30s) must not exceed \'maxBackoff\' (10s): Prometheus refuses such a queue.',
  },
  'queue-never-catches-up': {
    props: { minShards: 1, maxShards: 1, maxSamplesPerSend: 900 },
    says: '1 \'maxShards\' with 900 \'maxSamplesPerSend\' send no faster than 3333 samples a second come in: after an outage a sender stays behind until its WAL is cut off. '
      + 'Raise one of them, or use more shards.',
  },
  'queue-drains-late': {
    props: { maxShards: 1, workload: Workload.of({ activeSeries: 100_000, latency: Duration.millis(120) }) },
    severity: Severity.WARNING,
    says: 'After an outage of 1h, 1 \'maxShards\' need 1h30m to catch up, and the workload allows 30m; the receiver may refuse samples that come so late. '
      + 'Raise \'maxShards\' or \'maxSamplesPerSend\'.',
  },
  'queue-beyond-memory': {
    props: { capacity: 1_000_000, maxShards: 20, memoryLimit: Size.gibibytes(1) },
    says: 'The queue takes up to 1.73 GiB with \'maxShards\' 20 and \'capacity\' 1000000, which is not below \'memoryLimit\' (1GiB): in an outage the pod is killed, '
      + 'and what it held back is lost. Raise the limit, or shrink the queue.',
  },
  'sample-age-below-outage': {
    props: { sampleAgeLimit: Duration.minutes(30) },
    says: '\'sampleAgeLimit\' (30m) must not be below the workload\'s outage (1h), or what is held back meanwhile is thrown away; raise it, or leave it out.',
  },
  'samples-lost-on-429': {
    props: { retryOnHttp429: false },
    severity: Severity.WARNING,
    says: '\'retryOnHttp429\' is false: each request that the receiver answers with 429, as it does when it is busy, loses its samples. Leave it at true.',
  },
  'wal-shorter-than-outage': {
    props: { walTruncateFrequency: Duration.minutes(90) },
    says: '\'walTruncateFrequency\' must be at least 2 times the workload\'s outage, 2h, but is 1h30m: a truncation deletes the lower two thirds of the WAL, sent or not. '
      + 'Raise it, or plan for a shorter outage.',
  },
  'server-outage-too-long': {
    props: { mode: PrometheusMode.SERVER, workload: workload(Duration.minutes(90)) },
    says: 'A Prometheus server survives an outage of the receiver of 1h at the most, for its WAL is truncated every 2h and no flag changes that, but the workload\'s outage is 1h30m. '
      + 'Use PrometheusMode.AGENT, or plan for a shorter outage.',
  },
  'prop-of-other-mode': {
    props: { retention: Duration.hours(6), storageClassName: 'fast' },
    says: '\'retention\', \'storageClassName\' must not be given in mode \'agent\': only a server evaluates rules and keeps blocks. Leave it out, or change \'mode\'.',
  },
  'prop-of-other-mode ': {
    props: { mode: PrometheusMode.SERVER, walTruncateFrequency: Duration.hours(2) },
    says: '\'walTruncateFrequency\' must not be given in mode \'server\': only an agent cuts its WAL by the clock. Leave it out, or change \'mode\'.',
  },
  'single-sender': {
    props: { replicas: 1 },
    severity: Severity.WARNING,
    says: 'With \'replicas\' 1 each restart of a sender leaves a gap in all of its series, and one during an outage of the receiver loses all that it held back: '
      + 'Prometheus never sends what was in its WAL before it started. Only a twin has those samples.',
  },
  'replica-shards-unknown': {
    props: { replicaShards: { c: 2, d: 2 } },
    says: '\'replicaShards\' names \'c\', \'d\', but with \'replicas\' 2 there are only a, b; use these names.',
  },
  'replicas-resharding': {
    props: { shards: 2, replicaShards: { a: 4 } },
    severity: Severity.WARNING,
    says: 'The replicas have different numbers of shards (a: 4, b: 2): right while resharding. When those with the new number scrape well, set it for the others; '
      + 'then set \'shards\' to it and leave \'replicaShards\' out.',
  },
  'static-shards': {
    props: { shards: 4 },
    severity: Severity.NOTE,
    says: 'Targets are hashed over 4 shards by the configuration. \'kubectl scale\' and autoscalers on these StatefulSets change the pods but not the configuration: '
      + 'targets would go unscraped. To reshard, change \'shards\', with twins first one and then the other by \'replicaShards\'. Where the load changes by the hour, Sharding.DYNAMIC lets senders come and go.',
  },
  'twins-roll-together': {
    props: { replicaRollout: ReplicaRollout.TOGETHER },
    severity: Severity.WARNING,
    says: 'An apply that changes the pods rolls all twins at the same time, so that a shard and its twin restart together and leave a gap. '
      + 'Leave \'replicaRollout\' out, and each twin stops when the one before is back. A change of the configuration alone restarts nothing.',
  },
  'scrape-timeout-beyond-interval': {
    props: { scrapeTimeout: Duration.seconds(31) },
    says: '\'scrapeTimeout\' (31s) must not exceed \'scrapeInterval\' (30s): Prometheus refuses that. Lower the one or raise the other.',
  },
  'grace-below-flush': {
    props: { terminationGracePeriod: Duration.seconds(60) },
    says: '\'terminationGracePeriod\' (1m) must be longer than \'flushDeadline\' (1m), or a stopping sender is killed while it sends what is queued; raise the one or lower the other.',
  },
  'cluster-label-missing': {
    severity: Severity.NOTE,
    says: 'Series bear no label \'cluster\': with a second cluster in the same bucket, equal series of both would be merged. Set it in \'externalLabels\'.',
  },
  'memory-request-beyond-limit': {
    props: { memoryRequest: Size.gibibytes(3), memoryLimit: Size.gibibytes(2) },
    says: '\'memoryRequest\' (3GiB) must not exceed \'memoryLimit\' (2GiB): Kubernetes refuses such a pod. Raise the limit or lower the request.',
  },
  'below-plan': {
    props: { sampleLimit: 1000 },
    severity: Severity.WARNING,
    says: '\'sampleLimit\' is 1,000, but this workload needs 50,000: Stops one target that explodes before its sender runs out of memory; above it the whole scrape is dropped, '
      + 'so it stands far above what is expected. Raise it, leave it to the plan, or tell the workload what it really has to carry.',
  },
};

const RECEIVERS: Record<string, Case> = {
  'batch-beyond-samples-limit': {
    target: { requestSamplesLimit: 2100 },
    says: 'The receiver\'s \'requestSamplesLimit\' (2100) must be at least 2200, 1.1 times \'maxSamplesPerSend\' (2000): a larger request is answered 413, and its samples are lost. '
      + 'Raise the limit, or lower \'maxSamplesPerSend\'.',
  },
  'batch-beyond-series-limit': {
    props: { maxSamplesPerSend: 9500 },
    target: { requestSamplesLimit: 0 },
    says: 'The receiver\'s \'requestSeriesLimit\' (10000) must be at least 10450, 1.1 times \'maxSamplesPerSend\' (9500): a larger request is answered 413, and its samples are lost. '
      + 'Raise the limit, or lower \'maxSamplesPerSend\'.',
  },
  'out-of-order-window-below-outage': {
    target: { outOfOrderTimeWindow: Duration.minutes(30) },
    says: 'The receiver takes samples that are up to 30m late, but senders hold them back for the workload\'s outage, 1h: what is older is refused and lost. '
      + 'Raise the receiver\'s \'outOfOrderTimeWindow\', or plan for a shorter outage.',
  },
  'out-of-order-window-below-outage ': {
    props: { workload: workload(Duration.hours(2)) },
    target: { outOfOrderTimeWindow: Duration.minutes(0) },
    says: 'The receiver takes samples that are up to 1h late, but senders hold them back for the workload\'s outage, 2h: what is older is refused and lost. '
      + 'Raise the receiver\'s \'outOfOrderTimeWindow\', or plan for a shorter outage.',
  },
  'two-copies-without-twins': {
    props: { replicas: 1 },
    target: { replicationFactor: 2 },
    says: 'The receiver\'s \'replicationFactor\' is 2, which answers as soon as one copy is written, and that is only sensible under twin senders, but \'replicas\' is 1. '
      + 'Use 2 replicas, or a replication factor of 3.',
  },
  'external-label-reserved': {
    props: { externalLabels: { prometheus_replica: 'x', tenant_id: 'y', receive_replica: 'z' } },
    says: '\'externalLabels\' must not have \'prometheus_replica\', \'tenant_id\', \'receive_replica\', which the senders or their receiver set themselves to tell copies apart; take another name.',
  },
  'external-label-of-shard': {
    props: { externalLabels: { prometheus_shard: '0', ordinal: '1', sharding: 'yes' } },
    says: '\'externalLabels\' must not have \'prometheus_shard\', \'ordinal\': a label that names the shard makes a new series of each old one whenever targets move to another shard. Leave it out.',
  },
  'tenant-without-header': {
    props: { tenant: 'shop' },
    target: { tenantHeader: undefined },
    says: '\'tenant\' is \'shop\', but the receiver knows no header for it; state its \'tenantHeader\', or leave the tenant out.',
  },
  'replica-label-on-series': {
    target: { tenantHeader: undefined },
    severity: Severity.WARNING,
    says: 'Twins are told apart by the label \'prometheus_replica\' of each series, for the receiver knows no tenants: the compactor can never merge them, and the bucket keeps 2 copies '
      + 'of each series for ever. Queries are merged all the same.',
  },
  'replica-label-on-series ': {
    props: { tenant: 'shop', replicas: 3 },
    severity: Severity.WARNING,
    says: 'Twins are told apart by the label \'prometheus_replica\' of each series, for all are the tenant \'shop\': the compactor can never merge them, and the bucket keeps 3 copies '
      + 'of each series for ever. Queries are merged all the same.',
  },
};

describe.each([['settings', SETTINGS], ['receivers', RECEIVERS]])('%s', (_, cases) => {
  test.each(Object.entries(cases))('%s', (rule, { props, target, severity = Severity.ERROR, says }) => {
    expect(findingsOf(senders(props, target).chart, rule.trim())).toEqual([{ severity, message: says }]);
  });
});

test('a receiver without out-of-order window takes what is late by less than half a block', () => {
  const { chart } = senders({ workload: workload(Duration.minutes(59)) }, { outOfOrderTimeWindow: Duration.minutes(0) });
  expect(findingsOf(chart, 'out-of-order-window-below-outage')).toEqual([]);
});

test('the plan breaks no rule', () => {
  expect(errorsOf(senders().app)).toEqual([]);
  expect(errorsOf(senders({ mode: PrometheusMode.SERVER }).app)).toEqual([]);
});

const secret = { name: 'credentials' } as ISecret;
const basicAuth = { username: 'u', password: { secret, key: 'password' } };
const authorization = { credentials: { secret, key: 'token' } };

const JOBS: Record<string, Omit<Case, 'target'> & { readonly jobs: ScrapeJob[] }> = {
  'job-name-twice': {
    jobs: [JOB, JOB],
    says: 'Two jobs are called \'db\', and Prometheus refuses that; give one of them another name.',
  },
  'job-name-twice ': {
    jobs: [ScrapeJob.pods('platform')],
    says: 'A job must not be called \'platform\', for that is the one that scrapes the platform itself; give it another name.',
  },
  'job-name': {
    jobs: [ScrapeJob.pods('my job')],
    says: 'The name of a job must consist of letters, digits and \'_.:/-\', but is "my job"; give it another one.',
  },
  'scrape-timeout-beyond-interval': {
    jobs: [ScrapeJob.pods('shop', { scrapeInterval: Duration.seconds(10), scrapeTimeout: Duration.seconds(11) })],
    says: '\'shop.scrapeTimeout\' (11s) must not exceed the job\'s interval (10s): Prometheus refuses that. Lower the timeout or raise \'scrapeInterval\'.',
  },
  'job-labels-missing': {
    jobs: [ScrapeJob.pods('shop', { team: 'shop' })],
    props: { requiredLabels: ['team', 'service', 'origin', 'cluster'], externalLabels: { cluster: 'eu-1' } },
    says: 'Job \'shop\' must give its series \'service\', \'origin\', as \'requiredLabels\' asks of each; set them in its options, e.g. by \'labels\' or \'relabelings\'.',
  },
  'job-tls-without-https': {
    jobs: [ScrapeJob.pods('shop', { scheme: ScrapeScheme.HTTP, tls: { serverName: 'shop' } })],
    says: '\'shop.scheme\' is \'http\', but \'shop.tls\' is given and would never be used; leave the scheme out, or the TLS settings.',
  },
  'http-client-contradiction': {
    jobs: [ScrapeJob.pods('shop', { basicAuth, authorization })],
    says: '\'shop.basicAuth\' and \'shop.authorization\' are both given, but a request has one Authorization header; leave one of them out.',
  },
  'http-client-contradiction ': {
    jobs: [ScrapeJob.pods('shop', { tls: { cert: { secret, key: 'tls.crt' } } })],
    says: '\'shop.tls.cert\' and \'shop.tls.key\' go together, but only one of them is given; give both, or none.',
  },
  'http-client-contradiction  ': {
    jobs: [ScrapeJob.kubelet({ tls: { ca: { secret, key: 'ca.crt' }, insecureSkipVerify: true } })],
    says: '\'kubelet.tls.ca\' is of no use while \'kubelet.tls.insecureSkipVerify\' takes any certificate; leave one of them out.',
  },
  'nothing-scraped': {
    jobs: [],
    severity: Severity.WARNING,
    says: 'No job was added, so nothing is scraped; add some by \'addScrapeJob\'.',
  },
};

test.each(Object.entries(JOBS))('job: %s', (rule, { jobs, says, severity = Severity.ERROR, props }) => {
  const { chart, prometheus } = senders({ ...props, scrapeJobs: undefined });
  jobs.forEach(job => prometheus.addScrapeJob(job));
  expect(findingsOf(chart, rule.trim())).toEqual([{ severity, message: says }]);
});

describe('two groups that write to one receiver', () => {
  const twice = (one: object, two: object) => {
    const { chart, target } = senders(one);
    new ShardedPrometheus(chart, 'second', { remoteWrite: target, scrapeJobs: [JOB, ScrapeJob.staticTargets('cache', ['10.0.0.2:9121'])], ...two });
    return findingsOf(chart, 'job-scraped-twice');
  };

  test('must not scrape the same job', () => {
    expect(twice({}, {})).toEqual([{
      severity: Severity.ERROR,
      message: 'Job \'db\' is scraped by \'prometheus\' as well, which writes to the same receiver: both would write the same series as the same tenant, '
        + 'and one of two samples is refused. Scrape it once, give both a \'partition\', or give one another name.',
    }]);
  });

  test.each<[string, object, object]>([
    ['all pods and those of one namespace', { scrapeJobs: [ScrapeJob.pods('shop')] }, { scrapeJobs: [ScrapeJob.pods('shop', { namespaces: ['shop'] })] }],
    ['a namespace that both name', { scrapeJobs: [ScrapeJob.pods('shop', { namespaces: ['a', 'b'] })] }, { scrapeJobs: [ScrapeJob.pods('shop', { namespaces: ['b'] })] }],
    ['a tenant of both', { tenant: 'shop' }, { tenant: 'shop' }],
    ['one of twins', { tenant: 'b' }, {}],
  ])('must not share targets: %s', (_, one, two) => {
    expect(twice(one, two)).toHaveLength(1);
  });

  test.each<[string, object, object]>([
    ['namespaces', { scrapeJobs: [ScrapeJob.pods('shop', { namespaces: ['a'] })] }, { scrapeJobs: [ScrapeJob.pods('shop', { namespaces: ['b'] })] }],
    ['kinds of targets', { scrapeJobs: [ScrapeJob.pods('shop')] }, { scrapeJobs: [ScrapeJob.services('shop')] }],
    ['selectors', { scrapeJobs: [ScrapeJob.pods('shop', { podLabels: { app: 'web' } })] }, { scrapeJobs: [ScrapeJob.pods('shop', { podLabels: { app: 'db' } })] }],
    ['ports', { scrapeJobs: [ScrapeJob.pods('shop', { portName: 'web' })] }, { scrapeJobs: [ScrapeJob.pods('shop', { portName: 'admin' })] }],
    ['addresses', {}, { scrapeJobs: [ScrapeJob.staticTargets('db', ['10.0.0.9:9187'])] }],
    ['labels of the job', { scrapeJobs: [ScrapeJob.pods('shop', { team: 'a' })] }, { scrapeJobs: [ScrapeJob.pods('shop', { team: 'b' })] }],
    ['external labels', { externalLabels: { zone: 'a' } }, { externalLabels: { zone: 'b' } }],
    ['tenants', { tenant: 'a' }, { tenant: 'b' }],
    ['tenants than twins', { tenant: 'shop' }, {}],
  ])('may have jobs of one name: other %s', (_, one, two) => {
    expect(twice(one, two)).toEqual([]);
  });

  test('may share it', () => {
    expect(twice({ partition: { index: 0, of: 2 } }, { partition: { index: 1, of: 2 } })).toEqual([]);
  });
});

describe('a tenant beside twins that are tenants', () => {
  const beside = (one: object) => {
    const { chart, target } = senders(one);
    new ShardedPrometheus(chart, 'team', { remoteWrite: target, tenant: 'team-a', scrapeJobs: [ScrapeJob.pods('shop')] });
    return findingsOf(chart, 'tenant-merged-with-twins');
  };

  test('is merged with them', () => {
    expect(beside({})).toEqual([{
      severity: Severity.WARNING,
      message: '\'tenant\' is \'team-a\', but others that write to the same receiver are twins, told apart as tenants: compactor and Query take the label \'tenant_id\' for that of a '
        + 'copy, so that it is in no answer, and series that are equal but for it are merged into one. Leave \'tenant\' out, and tell the series apart by '
        + '\'externalLabels\', e.g. { team: \'team-a\' }; or give all that write to this receiver a \'tenant\'; or use a receiver of its own.',
    }]);
  });

  test.each([['tenants of their own', { tenant: 'team-b' }], ['one sender', { replicas: 1 }]])('but not beside %s', (_, one) => {
    expect(beside(one)).toEqual([]);
  });
});

test('a label that a job writes by relabeling is one that it gives', () => {
  const { chart } = senders({ scrapeJobs: [ScrapeJob.pods('shop')], requiredLabels: ['namespace'] });
  expect(findingsOf(chart, 'job-labels-missing')).toEqual([]);
});

describe('policies that are wider than the targets are noted', () => {
  const broad = (job: ScrapeJob) => findingsOf(senders({ scrapeJobs: [job] }).chart, 'network-peer-broad').map(({ message }) => message);
  const apiServer = 'For the discovery of targets, pods of \'prometheus\' may open connections to any address, port 443 or 6443. '
    + 'Give the platform\'s \'networkPeers.apiServer\' its addresses, if they are known.';
  const advice = 'Give the job \'namespaces\' or \'targetPeers\', or the platform its \'networkPeers\', if they are known.';

  test.each([
    ['pods of every namespace', ScrapeJob.pods('a'), [apiServer, `For job 'a', pods of 'prometheus' may open connections to every pod of every namespace. ${advice}`]],
    ['kubelets', ScrapeJob.kubelet(), [apiServer, `For job 'kubelet', pods of 'prometheus' may open connections to any address, port 10250. ${advice}`]],
    ['a host outside', ScrapeJob.staticTargets('db', ['db.example.com:9187']), [`For job 'db', pods of 'prometheus' may open connections to any address, port 9187. ${advice}`]],
    ['pods by label', ScrapeJob.pods('a', { podLabels: { app: 'web' } }), [apiServer]],
    ['an address', JOB, []],
  ])('%s', (_, job, messages) => {
    expect(broad(job).sort()).toEqual([...messages].sort());
  });

  test('but not without policies', () => {
    const { chart } = fixture();
    Platform.configure(chart, { networkPolicies: false });
    new ShardedPrometheus(chart, 'prometheus', { remoteWrite: new TestTarget(chart, 'receive', RECEIVE), scrapeJobs: [ScrapeJob.pods('a')] });
    expect(findingsOf(chart, 'network-peer-broad')).toEqual([]);
  });
});

describe('bad input', () => {
  test.each<[string, object, string]>([
    ['shards', { shards: 0 }, '\'shards\' must be a whole number from 1 to 1000, but is 0.'],
    ['replicas', { replicas: 10 }, '\'replicas\' must be a whole number from 1 to 9, but is 10.'],
    ['mode', { mode: 'sidecar' }, '\'mode\' must be one of agent, server, but is "sidecar".'],
    ['scrapeInterval', { scrapeInterval: Duration.millis(500) }, '\'scrapeInterval\' must be a Duration, e.g. Duration.hours(1), of at least 1s, but is 500ms.'],
    ['a wrong unit', { walTruncateFrequency: 7200 }, '\'walTruncateFrequency\' must be a Duration, e.g. Duration.hours(1), of at least 1m, but is 7200.'],
    ['partition', { partition: { index: 2, of: 2 } }, '\'partition\' must have an \'index\' below \'of\', e.g. { index: 0, of: 2 }, but is {"index":2,"of":2}.'],
    ['a partition that is none', { partition: { index: 0, of: 2 ** 70, nope: 1 } },
      '\'partition\' has \'of\', which must be a whole number from 1 to 1000, but is 1.1805916207174113e+21, and has \'nope\', which is not known here; known are index, of.'],
    ['replicaShards', { replicaShards: { a: 0 } }, '\'replicaShards\' \'a\' must be a whole number from 1 to 1000, but is 0.'],
    ['a label name', { externalLabels: { 'my-label': 'x' } },
      '\'externalLabels\' key \'my-label\' must be a Prometheus label name (letters, digits and \'_\', not beginning with a digit or \'__\'), but is "my-label".'],
    ['a variable', { externalLabels: { pod: '$(POD_NAME)' } }, '\'externalLabels\' \'pod\' must be a text without \'$(\', but is "$(POD_NAME)".'],
    ['tenant', { tenant: 'a b' }, '\'tenant\' must be a tenant (letters, digits, \'-\', \'_\' and \'.\'), but is "a b".'],
    ['no jobs', { scrapeJobs: [] }, '\'scrapeJobs\' must be a list with at least one item, but is []; leave it out for the default.'],
    ['a job', { scrapeJobs: [{ name: 'shop' }] }, '\'scrapeJobs\' each item must be a ScrapeJob, e.g. ScrapeJob.pods(\'shop\'), but is {"name":"shop"}.'],
    ['a secret as text', { remoteWriteClient: { basicAuth: { username: 'u', password: 'hunter2' } } },
      '\'remoteWriteClient.basicAuth.password\' must be a key of a Secret, e.g. { secret: Secret.fromSecretName(…), key: \'password\' }; no secret ever stands in YAML.'],
    ['an unknown prop', { shard: 2 }, '\'shard\' is not known here; did you mean \'shards\'?'],
  ])('%s', (_, props, message) => {
    const { app } = senders(props as Partial<ShardedPrometheusProps>);
    expect(errorsOf(app)).toContain(`[monitoring/prometheus] ${message} (invalid-prop)`);
  });

  test.each<[string, object, string]>([
    ['namespaces', { namespaces: ['Shop'] },
      '\'shop.namespaces\' each item must be a DNS label (lower-case letters, digits and \'-\', beginning with a letter and ending with a letter or digit) of at most 63 characters, but is "Shop".'],
    ['no namespaces', { namespaces: [] }, '\'shop.namespaces\' must be a list with at least one item, but is []; leave it out for the default.'],
    ['portName', { portName: 'Web' }, '\'shop.portName\' must be a name of a port (lower-case letters, digits and \'-\') of at most 63 characters, but is "Web".'],
    ['portNumber', { portNumber: 70_000 }, '\'shop.portNumber\' must be a whole number from 1 to 65535, but is 70000.'],
    ['podLabels', { podLabels: { app: 'a b' } }, '\'shop.podLabels\' \'app\' must be a label value (letters, digits, \'-\', \'_\' and \'.\') of at most 63 characters, but is "a b".'],
    ['metricsPath', { metricsPath: 'metrics' }, '\'shop.metricsPath\' must be a path that begins with \'/\', but is "metrics".'],
    ['labels', { labels: { '2nd': 'x' } }, '\'shop.labels\' key \'2nd\' must be a Prometheus label name (letters, digits and \'_\', not beginning with a digit or \'__\'), but is "2nd".'],
    ['team', { team: '$(POD_NAME)' }, '\'shop.team\' must be a text without \'$(NAME)\', which the config-reloader would replace by a variable, but is "$(POD_NAME)".'],
    ['relabelings', { relabelings: [{ action: 'drop' }] }, '\'shop.relabelings\' each item must be a Relabeling, e.g. Relabeling.drop([\'pod\'], \'debug-.*\'), but is {"action":"drop"}.'],
    ['an unknown option', { interval: Duration.seconds(1) }, '\'shop.interval\' is not known here; did you mean \'scrapeInterval\'?'],
  ])('of a job: %s', (_, options, message) => {
    const { app } = senders({ scrapeJobs: [ScrapeJob.pods('shop', options)] });
    expect(errorsOf(app)).toEqual([`[monitoring/prometheus] ${message} (invalid-prop)`]);
  });

  test.each([
    ['none', [], '\'db.targets\' must be a list with at least one item, but is []; leave it out for the default.'],
    ['a URL', ['http://db:9187/metrics'],
      '\'db.targets\' each item must be an address with a port, e.g. db.example.com:9187, without a scheme or a path, but is "http://db:9187/metrics".'],
  ])('of static targets: %s', (_, targets, message) => {
    const { app } = senders({ scrapeJobs: [ScrapeJob.staticTargets('db', targets)] });
    expect(errorsOf(app)).toEqual([`[monitoring/prometheus] ${message} (invalid-prop)`]);
  });

  const GARBAGE = [null, NaN, -1, '', 'x', true, [], [null], {}, { a: null }, () => 1, Symbol('x')];
  const wrong = (at: string[]) => GARBAGE.flatMap(value => at.map(prop => ({ [prop]: value }) as object));

  test('whatever is given, it is reported and not thrown', () => {
    const props = Object.keys(SHARDED_PROMETHEUS_FIELDS).filter(prop => prop !== 'remoteWrite');
    wrong(props).forEach(given => expect(() => errorsOf(senders(given).app)).not.toThrow());
    wrong(['tls', 'basicAuth', 'authorization']).forEach(client => expect(() => senders({ remoteWriteClient: client })).not.toThrow());
  });

  test('whatever is given to a job, it is reported and not thrown', () => {
    wrong([...Object.keys(POD_JOB_FIELDS), 'annotationPrefix']).forEach(options => {
      const jobs = [ScrapeJob.pods('a', options), ScrapeJob.annotatedPods('b', options), ScrapeJob.kubelet(options)];
      expect(() => senders({ scrapeJobs: jobs }).prometheus).not.toThrow();
    });
    GARBAGE.forEach(targets => expect(() => senders({ scrapeJobs: [ScrapeJob.staticTargets('a', targets as string[])] })).not.toThrow());
    GARBAGE.forEach(name => expect(() => senders({ scrapeJobs: [ScrapeJob.pods(name as string)] })).not.toThrow());
    GARBAGE.forEach(options => expect(() => senders({ scrapeJobs: [ScrapeJob.pods('a', options as object)] })).not.toThrow());
  });

  test('everything at once', () => {
    const { app } = senders({ shards: -1, replicas: 0, minShards: 9, maxShards: 3, scrapeJobs: [ScrapeJob.pods('shop', { portNumber: 0 }), JOB, JOB] });
    expect(errorsOf(app).map(line => /\((\S+)\)$/.exec(line)![1])).toEqual(['invalid-prop', 'invalid-prop', 'queue-shards-reversed', 'invalid-prop', 'job-name-twice']);
  });
});
