import * as fs from 'node:fs';
import * as path from 'node:path';
import { casesOf, FIGURES, printedOf, rulesOf } from './platform';
import { askPromtool } from './promtool';
import { RUNBOOKS } from '../../src/core/runbooks';
import { type RingFigures, WatchdogRules } from '../../src/platform-rules';
import { Pushgateway, PushGatewayJob } from '../../src/push';
import { AlertRuleSet, RulePlacement } from '../../src/rules';
import { errorsOf, fixture } from '../fixture';
import { programPath } from '../programs/build';

const { app, rules } = rulesOf();
const cases = casesOf(rules);
const PAGES = path.join(__dirname, '..', '..', 'docs', 'runbooks');

/** Those of a job that pushes, with a schedule and so with all of them. */
function jobAlerts(): AlertRuleSet {
  const { chart } = fixture();
  return new PushGatewayJob(chart, 'backup', { image: 'registry.example.com/backup:1.0', schedule: '@daily', pushgateway: new Pushgateway(chart, 'pushgateway') }).alerts;
}

test('the sets pass all checks of rules', () => {
  expect(errorsOf(app)).toEqual([]);
});

test('there is a set for every part', () => {
  expect(cases.map(([set]) => set.name).sort()).toEqual(rules.all.map(({ name }) => name).sort());
});

test.each(cases.map(([set, own]) => ({ name: set.name, set, own })))('each alert of $name has a test that fires and one that does not', ({ set, own }) => {
  const rows = (list: { alert?: string; severity?: string }[]) => [...new Set(list.map(({ alert, severity }) => `${alert} ${severity}`))].sort();
  expect(rows(own)).toEqual(rows(printedOf(set).map(({ alert, labels }) => ({ alert, severity: labels!.severity }))));
});

test.each(cases.map(([set, own]) => ({ name: set.name, set, own })))('texts of $name name only labels that their alerts have', ({ set, own }) => {
  const wrong = printedOf(set).flatMap(({ alert, labels, annotations }) => {
    const stated = own.filter(each => each.alert === alert && each.severity === labels!.severity).flatMap(each => each.labels);
    const named = [...Object.values(annotations!).join(' ').matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label);
    return named.filter(label => stated.some(each => !(label in each))).map(label => `${alert}: ${label}`);
  });
  expect(wrong).toEqual([]);
});

test('every alert says what happened, how bad it is, and where its page is', () => {
  for (const { alert, labels, annotations } of rules.all.flatMap(printedOf)) {
    expect(labels).toMatchObject({ severity: expect.stringMatching(/^(critical|warning)$/), part: expect.any(String), namespace: 'monitoring' });
    expect(annotations).toEqual({ summary: expect.any(String), description: expect.stringMatching(/\.$/), runbook_url: `${RUNBOOKS}/${alert}.md` });
  }
});

test('each alert has its page, each page its alert, and all pages the same headings', () => {
  const alerts = [...new Set([...[...rules.all, jobAlerts()].flatMap(printedOf).map(({ alert }) => alert!), 'Watchdog'])].sort();
  expect(fs.readdirSync(PAGES).filter(file => file !== 'README.md').map(file => file.replace('.md', '')).sort()).toEqual(alerts);
  for (const alert of alerts) {
    const page = fs.readFileSync(path.join(PAGES, `${alert}.md`), 'utf8');
    expect([...page.matchAll(/^#+ .*/gm)].map(([heading]) => heading)).toEqual([`# ${alert}`, '## Meaning', '## Impact', '## Diagnosis', '## Mitigation']);
  }
});

describe('the quorum of a ring is told', () => {
  const quorumLost = (ring: Partial<RingFigures>) => printedOf(rulesOf({ rings: [{ name: 'ring', replicationFactor: 3, ...ring }] }).rules.ingestors[0])
    .find(({ alert }) => alert === 'ThanosReceiveQuorumLost')?.expr;
  const up = (pods: string) => `(count(up{job="thanos-receive-ingestor", namespace="monitoring", pod=~"ring-ingestor-${pods}"} == 1) or vector(0))`;

  test('by its members, of which two of three copies are enough', () => {
    expect(quorumLost({ members: 6, ingestors: 6 })).toBe(`${up('[0-9]+')} < 5`);
  });

  test('not by pods that are not on the ring', () => {
    expect(quorumLost({ members: 3, ingestors: 5 })).toBe(`${up('(0|1|2)')} < 2`);
  });

  test('with zones, of which a whole one may go', () => {
    expect(quorumLost({ members: 6, ingestors: 6, membersOfZones: { a: 2, b: 2, c: 2 } }))
      .toBe(`${['a', 'b', 'c'].map(zone => `clamp_max(2 - ${up(`${zone}-[0-9]+`)}, 1)`).join(' + ')} > 1`);
    expect(quorumLost({ members: 9, ingestors: 12, replicationFactor: 5, membersOfZones: { a: 3, b: 3, c: 3 } }))
      .toBe(`${['a', 'b', 'c'].map(zone => `clamp_max(3 - ${up(`${zone}-(0|1|2)`)}, 2)`).join(' + ')} > 2`);
  });

  test('and not where it is unknown', () => {
    expect(quorumLost({ ingestors: 6 })).toBeUndefined();
    expect(quorumLost({ members: 6, replicationFactor: undefined })).toBeUndefined();
  });
});

describe('with less known of the platform', () => {
  test('alerts whose figures are unknown are left out', () => {
    const { app: bare, rules: few } = rulesOf({
      senders: [{ name: 'platform-prometheus' }], rings: [{ name: 'platform-receive' }], storeGateways: [{ name: 'platform-store' }], embeddedBuckets: [{ name: 'platform-bucket' }],
    });
    expect(errorsOf(bare)).toEqual([]);
    expect(few.embeddedBuckets).toEqual([]);
    expect(printedOf(few.senders[0]).map(({ alert }) => alert)).not.toContain('PrometheusShardMissing');
    expect(few.senders[0].toYaml()).not.toMatch(/\$(?!labels|value|\d)/);
  });

  test('without a namespace, all of them are seen', () => {
    expect(rulesOf({ namespace: undefined }).rules.compactors[0].toYaml()).toContain('thanos_compact_halted{job="thanos-compactor", pod=~"platform-compactor-[0-9]+"} == 1');
  });
});

test('what must be told while ring, bucket or Query are down is judged by meta-monitoring, what kubelets show by the ruler', () => {
  const placed = rules.all.flatMap(set => set.placements.filter(({ placement }) => placement !== RulePlacement.META_MONITORING).map(({ rule }) => rule));
  expect([...new Set(placed)].sort()).toEqual([
    'EmbeddedBucketBeyondPlan', 'MetaMonitoringEvaluationSlow', 'MetaMonitoringEvaluationsFailing', 'MetaMonitoringEvaluationsMissed', 'MetaMonitoringMissing',
    'MetaMonitoringNoAlertmanager', 'MetaMonitoringNotificationsDropped', 'PlatformMemoryNearLimit', 'PlatformOutOfMemory', 'PlatformVolumeFillsUp', 'PrometheusTargetsDown',
    'ThanosBucketGrowsBeyondPlan', 'ThanosCompactBacklog', 'ThanosCompactNoSuccessfulRun', 'ThanosCompactRetentionNotApplied',
  ]);
});

test('the cluster is a matcher of what the ruler judges only: other evaluators have no external labels', () => {
  const { rules: clustered } = rulesOf({ cluster: 'eu-1' });
  expect(clustered.compactors[0].toYaml().match(/cluster="eu-1"/g)).toHaveLength(4);
  expect(clustered.queries[0].toYaml()).not.toContain('eu-1');
  expect(rulesOf({ cluster: 'eu-1', placement: RulePlacement.RULER }).rules.queries[0].toYaml()).toContain('cluster="eu-1"');
});

test('props reach every alert', () => {
  const { rules: own } = rulesOf({ owner: 'observability', labels: { team: 'sre' }, runbookBaseUrl: 'https://wiki.example.com/alerts/', thresholds: { compact_backlog: 7 } });
  const [backlog] = printedOf(own.compactors[0]).filter(({ alert }) => alert === 'ThanosCompactBacklog');
  expect(backlog.expr).toContain('> 7');
  expect(backlog.labels).toMatchObject({ owner: 'observability', team: 'sre' });
  expect(backlog.annotations!.runbook_url).toBe('https://wiki.example.com/alerts/ThanosCompactBacklog.md');
});

test('fails with a threshold that no alert knows', () => {
  const nothing = Object.fromEntries(Object.entries(FIGURES).filter(([, value]) => Array.isArray(value)).map(([key]) => [key, []]));
  const { app: wrong } = rulesOf({ ...nothing, compactors: FIGURES.compactors, thresholds: { backlog: 7 } });
  expect(errorsOf(wrong)).toEqual([
    '[monitoring/rules] No alert of the parts that are listed knows the threshold \'backlog\'; there are bucket_error_ratio, compact_backlog, compact_iteration_seconds, memory_ratio, '
    + 'open_files_ratio, restarts, targets_down_ratio, volume_critical_ratio, volume_ratio. (platform-rules-threshold-unknown)',
  ]);
});

test('fails with two parts of one name', () => {
  const { app: wrong } = rulesOf({ compactors: [{ name: 'platform-query' }] });
  expect(errorsOf(wrong)).toEqual([
    '[monitoring/rules] Two parts are called \'platform-query\', and each needs a name of its own, by which its pods are found; list each part once. (platform-rules-part-twice)',
  ]);
});

test('senders that come later have the alerts of the others, by the same props', () => {
  const nobody = Object.fromEntries(Object.entries(FIGURES).filter(([, value]) => Array.isArray(value)).map(([key]) => [key, []]));
  const thresholds = { remote_write_behind_seconds: 77 };
  const figures = { name: 'platform-redis', replicas: 2, shards: 2, seriesPerSender: 1000, outage: 3600 };
  const { app: before, rules: first } = rulesOf({ ...nobody, thresholds, owner: 'team', senders: [figures] });
  const { app: after, rules: later } = rulesOf({ ...nobody, thresholds, owner: 'team' });
  const [added] = later.addSenders(figures);
  expect([...errorsOf(before), ...errorsOf(after)]).toEqual([]);
  expect(added.toYaml()).toBe(first.senders[0].toYaml());
  expect([later.senders, later.all.at(-1)]).toEqual([[added], added]);
});

test('senders that come later are judged as the others are', () => {
  const { app: wrong, rules: later } = rulesOf();
  expect(later.addSenders({ name: 'Redis', shards: 0 })).toEqual([]);
  expect(later.addSenders({ name: 'platform-query' })).toEqual([]);
  expect(errorsOf(wrong)).toEqual([
    '[monitoring/rules] What \'addSenders\' is given has \'name\', which must be a DNS label (lower-case letters, digits and \'-\', beginning with a letter and ending with a letter '
    + 'or digit) of at most 63 characters, but is "Redis", and has \'shards\', which must be a whole number of at least 1, but is 0. (invalid-prop)',
    '[monitoring/rules] Two parts are called \'platform-query\', and each needs a name of its own, by which its pods are found; list each part once. (platform-rules-part-twice)',
  ]);
});

test('promtool finds that each alert fires when it must, and else does not', async () => {
  const promtool = programPath('promtool');
  if (!fs.existsSync(promtool)) {
    console.warn(`skipped: there is no promtool at ${promtool}; 'npm run check:programs' builds it.`);
    return;
  }
  expect((await askPromtool(promtool)).flatMap(({ problem }) => problem ?? [])).toEqual([]);
}, 300_000);

test('fails with figures that are none', () => {
  const { app: wrong } = rulesOf({ queries: [{ name: 'Query', replicas: 0 }] });
  expect(errorsOf(wrong)).toEqual([
    '[monitoring/rules] \'queries\' each item has \'name\', which must be a DNS label (lower-case letters, digits and \'-\', beginning with a letter and ending with a letter '
    + 'or digit) of at most 63 characters, but is "Query", and has \'replicas\', which must be a whole number of at least 1, but is 0. (invalid-prop)',
  ]);
});

test('a watchdog says of which evaluator it tells', () => {
  const { chart } = fixture();
  const watchdog = new WatchdogRules(chart, 'watchdog', { evaluator: 'platform-ruler', placement: RulePlacement.RULER, labels: { team: 'sre' } });
  expect(watchdog.toYaml()).toMatchInlineSnapshot(`
"groups:
  - name: platform-ruler-watchdog
    labels:
      evaluator: platform-ruler
      team: sre
    rules:
      - alert: Watchdog
        expr: vector(1)
        labels:
          severity: none
        annotations:
          summary: Alerting works
          description: platform-ruler judges rules, and its alerts arrive. This alert always fires; whoever waits for it outside must act when it stays away.
          runbook_url: https://github.com/cdk8s-thanos/cdk8s-thanos/blob/main/docs/runbooks/Watchdog.md
"
`);
  expect(watchdog.placements).toMatchObject([{ rule: 'Watchdog', placement: RulePlacement.RULER, byHand: true }]);
});

test('the set of a compactor', () => {
  expect(rules.compactors[0].toYaml()).toMatchSnapshot();
});
