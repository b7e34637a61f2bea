import type { Testbed } from './testbed';
import { logsOf } from '../harness/logs';
import { isReady, restarts } from '../harness/pods';
import type { Notebook } from '../harness/results';
import { until } from '../harness/wait';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** What it reads first, as its metrics name it. */
const YOUNGEST = '30s';
/** It waits for five minutes before it calls a sample lost; then it reads once a minute, and is scraped twice in that. */
const PATIENCE = { timeout: 15 * MINUTE, every: 10 * SECOND };
/** Seconds by which what it has read may be behind its age: two reads, and a scrape. */
const USUAL_DELAY = 180;
/** Nothing here is old enough to be read downsampled. */
const RESOLUTION = 'raw';
/** What it prints for each stretch of time of which it gives samples up. */
const GIVES_UP = 'samples are lost';

/**
 * What the platform's own continuous test has found since the beginning, whatever happened meanwhile.
 * @throws when it has found a sample lost or wrong, was restarted by itself, or has checked nothing
 */
export async function findsNothingLost(testbed: Testbed, notebook: Notebook): Promise<void> {
  const [name] = await testbed.pods('continuous-test');
  await until('continuous test that has read all that is old enough', async () => {
    const behind = await testbed.query.query(`max by (age) (time() - continuous_test_read_position_timestamp_seconds{${selector(testbed)}})`);
    const checked = await counted(testbed, 'checked');
    return (checked[YOUNGEST] ?? 0) > 0 && behind.every(({ labels, values: [seconds] }) => seconds <= secondsOf(labels.age) + USUAL_DELAY) ? true : undefined;
  }, PATIENCE);
  const [checked, lost, wrong] = await Promise.all([counted(testbed, 'checked'), counted(testbed, 'lost'), counted(testbed, 'wrong')]);
  for (const age of Object.keys(checked).sort((one, other) => secondsOf(one) - secondsOf(other))) {
    notebook.figure(`samples checked at the age of ${age}`, checked[age], '');
    notebook.figure(`of these lost, age ${age}`, lost[age], '', 0);
    notebook.figure(`of these wrong, age ${age}`, wrong[age], '', 0);
  }
  notebook.note(`Counted for ${Math.round((Date.now() - testbed.begin) / MINUTE)} minutes, in which all other tests of this run took place.`);
  const pod = await testbed.cluster.core.readNamespacedPod({ namespace: testbed.namespace, name });
  const sum = (counts: Record<string, number>) => Object.values(counts).reduce((total, count) => total + count, 0);
  const problems = [
    ...isReady(pod) ? [] : [`Its pod '${name}' is not Ready.`],
    ...Object.keys(restarts([pod])).length > 0 ? [`Its pod was restarted: ${JSON.stringify(restarts([pod]))}.`] : [],
    ...sum(lost) + sum(wrong) > 0 ? [`It has found ${sum(lost)} samples lost and ${sum(wrong)} wrong: ${await complaints(testbed, name)}`] : [],
  ];
  if (problems.length > 0) throw new Error(problems.join(' '));
}

const selector = ({ namespace }: Testbed) => `namespace="${namespace}",resolution="${RESOLUTION}"`;

async function complaints({ cluster, namespace }: Testbed, pod: string): Promise<string> {
  const lines = (await logsOf(cluster, namespace, pod, 'continuous-test')).split('\n').filter(line => line.includes(GIVES_UP));
  return lines.length > 0 ? lines.join('\n') : 'its pod of before has taken the lines about it along.';
}

/** Its samples by their age. Each of its processes counts from zero, and has an instance of its own; both twins scrape each. */
async function counted(testbed: Testbed, what: 'checked' | 'lost' | 'wrong'): Promise<Record<string, number>> {
  const range = `${Math.ceil((Date.now() - testbed.begin) / SECOND)}s`;
  const processes = `max by (age, instance) (max_over_time(continuous_test_${what}_samples_total{${selector(testbed)}}[${range}]))`;
  const ages = await testbed.query.query(`sum by (age) (${processes})`, { dedup: false });
  return Object.fromEntries(ages.map(({ labels, values: [count] }) => [labels.age, count]));
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `10m` → 600 */
const secondsOf = (age: string): number => Number(age.slice(0, -1)) * UNITS[age.slice(-1)];
