import { Duration } from 'cdk8s';
import { argsOf, startRuler } from './printed';
import { checkStateful } from './stateful';
import { ThanosReceiveRing, ThanosRulerProps } from '../../../src';
import { ensureBuilt } from '../../programs/build';
import { poll } from '../../programs/process';
import { Report } from '../../programs/report';
import { Lab } from '../traps/lab';
import { ask } from '../traps/process';
import { ONE_INGESTOR, startQuery, startRing } from '../traps/shapes';

// Rulers as our construct prints them, before a real ring and a real Query, on the loopback interface; eight minutes.

/** Seconds. A ruler that starts begins to write after 15, when it looks for the next segment of its WAL. */
const WAIT = 60;
const RULES = {
  groups: [{
    name: 'proof',
    interval: '1s',
    rules: [
      { record: 'proof:recorded', expr: 'vector(1)' },
      { alert: 'Waiting', expr: 'vector(1) > 0', for: `${WAIT}s` },
    ],
  }],
};

/** The state of the alert. */
async function stateOf(url: string): Promise<string | undefined> {
  // Thanos writes the key in upper case, where Prometheus does not.
  const { data } = await (await fetch(`${url}/api/v1/alerts`)).json() as { data: { Alerts: { state: string }[] } };
  return data.Alerts[0]?.state;
}

const sleep = (seconds: number) => new Promise(resolve => setTimeout(resolve, seconds * 1000));

async function checkCopies(report: Report, query: string): Promise<void> {
  const one = await poll(async () => {
    const merged = await ask(query, 'proof:recorded');
    const apart = await ask(query, 'proof:recorded', { dedup: 'false' });
    return apart.results.length === 2 ? { merged, apart } : undefined;
  }, 25_000);
  report.answer('what two rulers record is one series to Query, and two tenants of the ring', one?.merged.results.length === 1 ? undefined : JSON.stringify(one ?? await ask(query, 'proof:recorded', { dedup: 'false' })));
  const labels = one?.apart.results.map(({ metric }) => metric) ?? [];
  report.answer('no series has the label of its ruler', labels.some(metric => 'rule_replica' in metric) ? JSON.stringify(labels) : undefined);
}

/** Rulers that are all away for a moment, half of an alert's `for` after it began to wait. */
async function checkRestore(report: Report, what: string, props: Partial<ThanosRulerProps>, restored: boolean): Promise<void> {
  await Lab.with(ONE_INGESTOR, async lab => {
    const ring = await startRing(lab, { ingestors: 1 });
    const query = await startQuery(lab, 1, { flags: { 'query.replica-label': ['receive_replica', 'tenant_id'] } });
    const { rulers: args } = argsOf(query.url(), chart => ({
      remoteWrite: ThanosReceiveRing.fromRemoteWriteUrl(chart, 'ring', `${new URL(ring.url).origin}/api/v1/receive`, { tenantHeader: 'THANOS-TENANT', tenantLabel: 'tenant_id' }),
      forGracePeriod: Duration.seconds(1),
      ...props,
    }));
    const folders = args.map(() => lab.folder());
    const before = await Promise.all(args.map((each, index) => startRuler(each, folders[index], RULES)));
    await poll(async () => await stateOf(before[0].url) === 'pending' || undefined, 30_000);
    const began = Date.now();
    await sleep(WAIT / 2 - (Date.now() - began) / 1000);
    await Promise.all(before.map(({ started }) => started.stop(5_000)));
    const after = await startRuler(args[0], folders[0], RULES);
    const fired = await poll(async () => await stateOf(after.url) === 'firing' || undefined, 60_000);
    const seconds = (Date.now() - began) / 1000;
    if (what === '') await checkCopies(report, query.url());
    await after.started.stop();
    const asExpected = fired && (seconds < 1.4 * WAIT) === restored;
    report.answer(`an alert with a 'for' of ${WAIT} s, all rulers restarted at its half${what}: fired after ${seconds.toFixed(0)} s`, asExpected ? undefined : after.started.output.slice(-1500));
  });
}

async function main(): Promise<void> {
  await ensureBuilt(['thanos']);
  const report = new Report();
  await checkStateful(report);
  await checkRestore(report, '', {}, true);
  await checkRestore(report, ', with an external label that the expression has not', { externalLabels: { cluster: 'eu-1' } }, true);
  await checkRestore(report, ', with a tenant of people', { tenant: 'team' }, true);
  console.log(report.summary);
  process.exitCode = report.failed ? 1 : 0;
}

main().catch((error: Error) => {
  console.error(error.stack);
  process.exitCode = 1;
});
