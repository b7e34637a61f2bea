import { App, Chart, Duration, Size } from 'cdk8s';
import { Secret } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { MonitoringStack, MonitoringStackProps, ObjectStoreBucket, RecordingRuleSet, S3Credentials, ScrapeJob, Severity, Sharding, Workload } from '../../src';
import { durationText } from '../../src/core/units';
import { argsOf, errorsOf, fixture, manifest, manifests } from '../fixture';

const SMALL = Workload.of({ activeSeries: 10_000 });

function stack(props: Partial<MonitoringStackProps> = {}, scope?: (chart: Chart) => Construct): { app: App; chart: Chart; stack: MonitoringStack } {
  const { app, chart } = fixture();
  return { app, chart, stack: new MonitoringStack(scope?.(chart) ?? chart, 'platform', { cluster: 'eu-1', workload: SMALL, ...props }) };
}

const bucket = (chart: Construct) => ObjectStoreBucket.s3(chart, 'blocks', { bucket: 'example-blocks', region: 'eu-central-1' });

describe('joins the parts', () => {
  test('the small one passes all checks, and warns of nothing', () => {
    const { app, stack: own } = stack();
    expect(errorsOf(app)).toEqual([]);
    expect(own.findings.filter(({ severity }) => severity !== Severity.NOTE)).toEqual([]);
  });

  test('Query and the compactor remove the labels that ring and twins put on', () => {
    const { chart } = stack();
    const query = argsOf(chart, 'Deployment', 'platform-query').filter(arg => arg.startsWith('--query.replica-label'));
    const compactor = argsOf(chart, 'StatefulSet', 'platform-compactor').filter(arg => arg.startsWith('--deduplication'));
    expect(query).toEqual(['--query.replica-label=receive_replica', '--query.replica-label=tenant_id']);
    expect(compactor).toEqual([
      '--deduplication.replica-label=receive_replica', '--deduplication.replica-label=tenant_id', '--deduplication.func=penalty',
    ]);
  });

  test('a sender without a twin is no tenant of its own', () => {
    const { chart, app } = stack({ prometheus: { replicas: 1 } });
    const query = argsOf(chart, 'Deployment', 'platform-query').filter(arg => arg.startsWith('--query.replica-label'));
    expect(query).toEqual(['--query.replica-label=receive_replica']);
    expect(errorsOf(app)).toEqual([]);
  });

  test('senders of their own write to the same ring, and are seen in the picture', () => {
    const { chart, stack: own } = stack();
    own.addPrometheus('redis').addScrapeJob(ScrapeJob.pods('redis', { namespaces: ['shop'], portName: 'metrics' }));
    expect(manifest(chart, 'ConfigMap', 'platform-redis-a').data['prometheus.yaml'])
      .toContain('url: http://platform-receive-router.monitoring.svc.cluster.local:19291/api/v1/receive');
    expect(own.topology.toMermaid()).toContain('platform-redis');
  });

  describe('senders of their own are part of the workload', () => {
    const group = (activeSeries: number) => Workload.of({ activeSeries });
    const beyond = ({ findings }: MonitoringStack) => findings.filter(({ rule }) => rule === 'groups-beyond-workload').map(({ severity, message }) => `${severity}: ${message}`);

    test.each([[[5_000_000], '\'shop\' 5,000,000 active series are to come'], [[6000, 5000], '\'shop\' 6,000 and \'redis\' 5,000 active series are to come, together 11,000']])('%j are more', (series, says) => {
      const { stack: own } = stack();
      series.forEach((activeSeries, index) => own.addPrometheus(['shop', 'redis'][index], {}, group(activeSeries)));
      expect(beyond(own)).toEqual([`warning: By 'addPrometheus', ${says}, but the stack's 'workload' has 10,000, and ring, bucket and queries are sized for these. `
        + 'Raise the \'activeSeries\' of the stack\'s workload to what all senders have together, those of the stack itself too.']);
    });

    test('and may be all of it', () => {
      const { stack: own } = stack();
      own.addPrometheus('shop', {}, group(10_000));
      own.addPrometheus('redis');
      expect(beyond(own)).toEqual([]);
    });
  });

  test('jobs go to all senders of the platform', () => {
    const { chart, stack: own } = stack();
    own.scrape(ScrapeJob.staticTargets('edge', ['edge.example.com:9100']));
    for (const twin of ['a', 'b']) {
      expect(manifest(chart, 'ConfigMap', `platform-prometheus-${twin}`).data['prometheus.yaml']).toContain('job_name: edge');
    }
  });

  test('the cluster\'s name is a label of every series', () => {
    const { chart } = stack({ externalLabels: { region: 'eu' } });
    expect(manifest(chart, 'ConfigMap', 'platform-prometheus-a').data['prometheus.yaml']).toContain('external_labels:\n    cluster: eu-1\n    region: eu\n');
  });

  test('kubelets that sign their own certificates are trusted by word only', () => {
    const { chart } = stack({ kubeletJobOptions: { tls: { insecureSkipVerify: true } } });
    const config = manifest(chart, 'ConfigMap', 'platform-prometheus-a').data['prometheus.yaml'] as string;
    expect(config.match(/insecure_skip_verify: true/g)).toHaveLength(2);
    expect(manifest(stack().chart, 'ConfigMap', 'platform-prometheus-a').data['prometheus.yaml']).not.toContain('insecure_skip_verify');
  });

  test('what is common is set once', () => {
    const { chart } = stack({ imageMirror: 'registry.example.com/mirror', nodeSelector: { pool: 'monitoring' }, networkPolicies: false, objectLabels: { owner: 'platform' } });
    for (const workload of manifests(chart).filter(({ kind }) => ['Deployment', 'StatefulSet'].includes(kind))) {
      expect(workload.spec.template.spec.nodeSelector).toMatchObject({ pool: 'monitoring' });
      expect(workload.spec.template.spec.containers[0].image).toMatch(/^registry\.example\.com\/mirror\//);
      expect(workload.metadata.labels.owner).toBe('platform');
    }
    expect(manifests(chart).filter(({ kind }) => kind === 'NetworkPolicy')).toEqual([]);
  });
});

describe('the continuous test', () => {
  const configOf = (chart: Chart, name: string) => JSON.parse(manifest(chart, 'ConfigMap', name).data['config.json']) as object;

  test('is there when it is wanted, and joined to the rest', () => {
    const { app, chart, stack: own } = stack({ externalLabels: { region: 'eu' }, continuousTest: { externalLabels: { team: 'platform' } } });
    expect(errorsOf(app)).toEqual([]);
    expect(configOf(chart, 'platform-continuous-test')).toMatchObject({
      writeUrl: 'http://platform-receive-router.monitoring.svc.cluster.local:19291/api/v1/receive',
      queryUrl: 'http://platform-query.monitoring.svc.cluster.local:10902',
      headers: { 'THANOS-TENANT': 'continuous-test' },
      labels: { cluster: 'eu-1', region: 'eu', team: 'platform', job: 'continuous-test', test: 'platform-continuous-test' },
    });
    expect(manifest(chart, 'ConfigMap', 'platform-prometheus-a').data['prometheus.yaml']).toContain('platform-continuous-test;continuous-test;http');
    expect(own.topology.toMermaid()).toContain('reads them back');
    expect(own.plan.figures.filter(({ part }) => part === 'continuousTest').map(({ name }) => name)).toEqual(['series', 'cpuRequest', 'memoryRequest', 'memoryLimit']);
  });

  test('is not there otherwise', () => {
    const { chart, stack: own } = stack();
    expect(own.continuousTest).toBeUndefined();
    expect(JSON.stringify(manifests(chart))).not.toContain('continuous-test');
  });

  test('writes through each ring', () => {
    const { app, chart } = stack({ rings: 2, continuousTest: {} });
    expect(configOf(chart, 'platform-continuous-test-1')).toMatchObject({
      writeUrl: 'http://platform-receive-1-router.monitoring.svc.cluster.local:19291/api/v1/receive', labels: { test: 'platform-continuous-test-1' },
    });
    expect(errorsOf(app)).toEqual([]);
  });
});

describe('several rings', () => {
  const large = (props: Partial<MonitoringStackProps> = {}) => {
    const { app, chart } = fixture();
    const own = new MonitoringStack(chart, 'platform', {
      cluster: 'eu-1', workload: Workload.of({ activeSeries: 6_000_000 }), bucket: bucket(chart), rings: 2, ...props,
    });
    return { app, chart, stack: own };
  };

  test('each has senders, blocks and a compactor of its own', () => {
    const { app, chart, stack: own } = large();
    expect(own.rings.map(({ node }) => node.id)).toEqual(['receive', 'receive-1']);
    expect(argsOf(chart, 'StatefulSet', 'platform-receive-ingestor')).toContain('--label=receive_ring="0"');
    expect(argsOf(chart, 'StatefulSet', 'platform-receive-1-ingestor')).toContain('--label=receive_ring="1"');
    expect(manifest(chart, 'ConfigMap', 'platform-prometheus-1-a').data['prometheus.yaml']).toContain('platform-receive-1-router');
    expect(argsOf(chart, 'StatefulSet', 'platform-compactor-1').find(arg => arg.startsWith('--selector.relabel-config'))).toContain('receive_ring');
    expect(manifest(chart, 'ConfigMap', 'platform-query').data['endpoints.yaml']).toContain('platform-receive-1-ingestor');
    expect(errorsOf(app)).toEqual([]);
  });

  test('targets are split between them', () => {
    const { chart } = large();
    const config = (name: string) => manifest(chart, 'ConfigMap', name).data['prometheus.yaml'] as string;
    expect(config('platform-prometheus-a')).toContain('modulus: 2');
    expect(config('platform-prometheus-a')).not.toEqual(config('platform-prometheus-1-a').replaceAll('platform-receive-1', 'platform-receive'));
  });
});

describe('the bucket', () => {
  test('is embedded while the planned bytes are few, and the plan says what that means', () => {
    const { stack: own } = stack();
    expect(own.findings.map(({ rule }) => rule)).toEqual(expect.arrayContaining(['embedded-bucket-not-ha', 'embedded-bucket-credentials']));
  });

  test('must be given when they are many', () => {
    const { app } = stack({ workload: Workload.of({ activeSeries: 1_000_000 }) });
    expect(errorsOf(app)).toEqual([expect.stringMatching(/^\[monitoring\/platform\] This workload keeps 4\d\d GiB in its bucket, and the embedded one is chosen by itself only up to 100 GiB\. Give the stack a 'bucket', e\.g\. ObjectStoreBucket\.s3\(…\), or, if one volume of one cluster is what you want, ObjectStoreBucket\.embedded\(…\) by name; or keep less: shorter retention, longer scrape interval\. \(bucket-missing\)$/)]);
  });

  test('one by name is taken, with a warning', () => {
    const { app, chart } = fixture();
    const own = new MonitoringStack(chart, 'platform', {
      cluster: 'eu-1',
      workload: Workload.of({ activeSeries: 1_000_000 }),
      bucket: ObjectStoreBucket.embedded(chart, 'blocks', { workload: Workload.of({ activeSeries: 1_000_000 }) }),
    });
    expect(errorsOf(app)).toEqual([]);
    expect(own.findings.map(({ severity }) => severity)).not.toContain(Severity.ERROR);
  });
});

describe('findings', () => {
  test('have those of the bucket and the rule sets that were given, and the plan says where and of what rule', () => {
    const { chart } = fixture();
    const [, same, other] = ['shared', 'same', 'other'].map(id =>
      ObjectStoreBucket.s3(chart, id, { bucket: id === 'other' ? 'other-blocks' : 'example-blocks', endpoint: 's3.example.com', insecure: true }));
    const own = new MonitoringStack(chart, 'platform', { cluster: 'eu-1', workload: SMALL, ruler: {}, bucket: same });
    const set = (id: string) => new RecordingRuleSet(chart, id, { groups: [{ name: 'shop', rules: [{ record: 'shop:up', expr: 'rate(shop_queue_length[5m])' }] }] });
    const added = set('added');
    set('left');
    own.addRules(added);
    const paths = own.findings.filter(({ severity }) => severity === Severity.WARNING).map(({ path, rule }) => `${path} ${rule}`);
    expect(paths).toEqual([
      'monitoring/shared bucket-without-tls', 'monitoring/same bucket-without-tls', 'monitoring/platform/ruler ruler-without-alert-sink', 'monitoring/added rate-of-gauge',
    ]);
    expect(own.findings.map(({ path }) => path)).not.toContain(other.node.path);
    expect(own.plan.findings).toContain('warning bucket-without-tls at monitoring/same: \'insecure\' is true: blocks travel unencrypted, and can be read and changed on their way. Remove it, if the store speaks TLS.');
  });
});

describe('names', () => {
  const names = (chart: Chart) => manifests(chart).map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort();

  test('do not depend on how deep the platform stands in the tree', () => {
    const deep = stack({}, chart => new Construct(new Construct(chart, 'team'), 'area'));
    expect(names(deep.chart)).toEqual(names(stack().chart));
  });

  test('are a contract: a change here breaks running platforms', () => {
    expect(names(stack({ createNamespace: true }).chart)).toMatchSnapshot();
  });

  test('selectors, claim templates and Service names are a contract as well', () => {
    const sets = manifests(stack().chart).filter(({ kind }) => kind === 'StatefulSet' || kind === 'Deployment');
    expect(sets.map(({ metadata, spec }) => ({
      name: metadata.name, selector: spec.selector, serviceName: spec.serviceName, volumeClaimTemplates: spec.volumeClaimTemplates,
    }))).toMatchSnapshot();
  });
});

describe('names of a stack', () => {
  const errors = (id: string, props: Partial<MonitoringStackProps> = {}) => {
    const { app, chart } = fixture();
    new MonitoringStack(chart, id, { cluster: 'eu-1', workload: SMALL, ...props });
    return errorsOf(app);
  };
  const LABEL = 'a DNS label (lower-case letters, digits and \'-\', beginning with a letter and ending with a letter or digit) of at most 30 characters';

  test.each(['Platform', 'p'.repeat(31), 'p'.repeat(70)])('%s needs another', id => {
    expect(errors(id)).toEqual([`[monitoring/${id}] The id of the stack is what its objects' names begin with, and must be ${LABEL}, but is "${id}". Give the stack a 'name', or another id. (stack-id)`]);
    expect(errors(id, { name: 'platform' })).toEqual([]);
  });

  test.each<[string, number, string, Partial<MonitoringStackProps>]>([
    ['metaMonitoring', 23, '-meta-monitoring-alertmanager', { metaMonitoring: {} }],
    ['prometheus.sharding', 29, '-prometheus-allocator-a', { prometheus: { sharding: Sharding.DYNAMIC } }],
  ])('are shorter with %s', (prop, room, end, props) => {
    expect(errors('p'.repeat(room), props)).toEqual([]);
    const name = 'p'.repeat(room + 1);
    expect(errors('own', { ...props, name })).toEqual([`[monitoring/own] The name of the stack, '${name}', has ${room + 1} letters, but with '${prop}' it must have at most ${room}, `
      + `for one of its objects is called '<name>${end}'. Give the stack a shorter 'name'. (stack-id)`]);
  });
});

describe('the plan', () => {
  test('has the figures of all parts, those by hand marked', () => {
    const { stack: own } = stack({ prometheus: { maxSamplesPerSend: 3_000 } });
    expect([...new Set(own.plan.figures.map(({ part }) => part))]).toEqual(expect.arrayContaining([
      'workload', 'prometheus', 'ring', 'storeGateway', 'compactor', 'query', 'queryFrontend', 'bucket', 'total',
    ]));
    expect(own.plan.figures.filter(({ byHand }) => byHand).map(({ part, name, value }) => [part, name, value]))
      .toEqual([['workload', 'activeSeries', 10_000], ['prometheus', 'maxSamplesPerSend', 3_000]]);
  });

  test('counts the series of the platform itself, unless nothing scrapes them', () => {
    const series = (props: Partial<MonitoringStackProps>) => ['platformSeries', 'totalSeries'].map(name => stack(props).stack.plan.figure('workload', name).value);
    expect(series({})).toEqual([7_560, 17_560]);
    expect(series({ selfMonitoring: false })).toEqual([0, 10_000]);
    const heads = (props: Partial<MonitoringStackProps>) => stack(props).stack.plan.figure('ring', 'headsPerRing').value;
    expect(heads({}) / heads({ selfMonitoring: false })).toBeCloseTo(1.756, 3);
  });

  test('is followed by the YAML', () => {
    const { chart, stack: own } = stack({ workload: Workload.of({ activeSeries: 80_000, outage: Duration.hours(2) }) });
    const value = (part: string, name: string) => own.plan.figure(part, name).value;
    expect(manifest(chart, 'ConfigMap', 'platform-prometheus-a').data['prometheus.yaml']).toContain(`max_shards: ${value('prometheus', 'maxShards')}\n`);
    expect(manifest(chart, 'StatefulSet', 'platform-receive-ingestor').spec.replicas).toBe(value('ring', 'ingestors'));
    expect(argsOf(chart, 'StatefulSet', 'platform-prometheus-a')).toContain('--storage.agent.wal-truncate-frequency=4h');
    expect(argsOf(chart, 'StatefulSet', 'platform-receive-ingestor')).toContain(`--tsdb.out-of-order.time-window=${durationText(value('ring', 'outOfOrderTimeWindow'))}`);
  });

  test('states what the checks found', () => {
    const { stack: own } = stack({ ring: { replicationFactor: 1 } });
    expect(own.plan.toMarkdown()).toContain('warning ring-without-replication at monitoring/platform/receive: With \'replicationFactor\' 1 an ingestor that is away stops all writes');
  });
});

describe('before you apply', () => {
  const before = (props: Partial<MonitoringStackProps>, scope?: (chart: Chart) => Construct) => stack(props, scope).stack.plan.prerequisites;
  const EMBEDDED = ['access-key', 'secret-key'].map(key => `Secret \`platform-bucket-credentials\` in namespace \`monitoring\`, key \`${key}\``);

  test('there is the Secret of the embedded bucket, and the namespace', () => {
    expect(before({})).toEqual(['Namespace `monitoring`', ...EMBEDDED]);
    expect(before({ createNamespace: true })).toEqual(EMBEDDED);
    expect(stack({ createNamespace: true }).stack.plan.toMarkdown()).toContain(
      `# Capacity plan\n\n## Before you apply\n\nThe objects name these, and none of them makes them:\n\n${EMBEDDED.map(line => `- ${line}\n`).join('')}\n## workload\n`);
  });

  test('there is what the props name', () => {
    const { app, chart } = fixture();
    const own = new MonitoringStack(chart, 'platform', {
      cluster: 'eu-1',
      workload: SMALL,
      bucket: ObjectStoreBucket.s3(chart, 'blocks', { bucket: 'example-blocks', region: 'eu-central-1', credentials: S3Credentials.role('arn:aws:iam::123456789012:role/blocks') }),
      createNamespace: true,
      priorityClassName: 'high',
      storageClassName: 'fast',
      imagePullSecrets: [Secret.fromSecretName(chart, 'pull', 'regcred')],
    });
    expect(errorsOf(app)).toEqual([]);
    expect(own.plan.prerequisites).toEqual([
      'Secret `regcred` in namespace `monitoring`', 'PriorityClass `high`', 'StorageClass `fast`',
      ...['compactor', 'receive-ingestor', 'store'].map(name => `A role that trusts the ServiceAccount \`platform-${name}\` of namespace \`monitoring\`, `
        + 'as its annotation `eks.amazonaws.com/role-arn: arn:aws:iam::123456789012:role/blocks` names it'),
    ]);
  });
});

describe('refuses', () => {
  test('everything that is wrong in any part, at once', () => {
    const { app } = stack({
      cluster: 'eu 1',
      workload: Workload.of({ activeSeries: -1, outage: Duration.days(3) }),
      ring: { replicationFactor: 4, router: { requestSamplesLimit: 100 } },
      storeGateway: { memoryLimit: Size.mebibytes(64) },
      compactor: { retentionRaw: Duration.hours(1) },
    });
    const rules = errorsOf(app).map(message => /\(([a-z0-9-]+)\)$/.exec(message)?.[1]);
    expect(rules).toEqual(expect.arrayContaining([
      'invalid-prop', 'invalid-workload', 'ring-replication-factor', 'store-memory-too-small', 'compactor-retention-too-short',
    ]));
  });

  test('two platforms of one name in one namespace', () => {
    const { app, chart } = stack();
    new MonitoringStack(new Construct(chart, 'other'), 'platform', { cluster: 'eu-1', workload: SMALL });
    expect(errorsOf(app).length).toBeGreaterThan(0);
  });
});
