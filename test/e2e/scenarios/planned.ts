import { besidePlan, beyondPlan, type Row } from './beside-plan';
import { blocksOf } from './bucket';
import { costsDuring } from './costs';
import { metricOf } from './metric';
import type { Testbed } from './testbed';
import { sleep } from '../harness/progress';
import type { Notebook } from '../harness/results';
import { until } from '../harness/wait';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** By then every head has been cut once, and blocks are in the bucket. */
const STEADY_AFTER = 8 * MINUTE;
const OBSERVED = 2 * MINUTE;
const MIB = 1024 ** 2;
const SENDER_PORT = 9090;
const INGESTOR_PORT = 10902;

/** What each pod of a steady platform takes, beside what the plan says. @throws when one takes more than it may */
export async function takesWhatWasPlanned(testbed: Testbed, notebook: Notebook): Promise<void> {
  await sleep(Math.max(0, testbed.begin + STEADY_AFTER - Date.now()));
  const costs = await costsDuring(testbed, OBSERVED);
  const { items } = await testbed.cluster.core.listNamespacedPod({ namespace: testbed.namespace });
  const rows = besidePlan(items, costs);
  notebook.figure('seconds between two samples of a series, in the mean', testbed.platform.stack.plan.figure('workload', 'scrapeInterval').value, 's');
  rows.forEach(row => note(row, notebook));
  await notesSeries(testbed, notebook);
  await notesBytes(testbed, notebook);
  const problems = beyondPlan(rows);
  if (problems.length > 0) throw new Error(problems.join(' '));
}

function note({ name, pods, memory, memoryRequest, memoryLimit, cpu, cpuRequest }: Row, notebook: Notebook): void {
  notebook.figure(`${name}: memory, the most of ${pods}`, memory / MIB, 'MiB', memoryRequest / MIB);
  notebook.figure(`${name}: limit of memory`, memoryLimit / MIB, 'MiB');
  notebook.figure(`${name}: CPU, the most of ${pods}`, cpu, 'cores', cpuRequest);
}

/** The plan's are those of the fullest pod. */
async function notesSeries(testbed: Testbed, notebook: Notebook): Promise<void> {
  const most = async (component: string, port: number, metric: string) =>
    Math.max(...await Promise.all((await testbed.pods(component)).map(pod => metricOf(testbed, pod, port, metric))));
  const { plan } = testbed.platform.stack;
  notebook.figure('series of a sender, the most', await most('prometheus', SENDER_PORT, 'prometheus_agent_active_series'), '', plan.figure('prometheus', 'seriesInMemory').value);
  notebook.figure('series in the heads of an ingestor, the most', await most('receive-ingestor', INGESTOR_PORT, 'prometheus_tsdb_head_series'), '', plan.figure('ring', 'seriesPerIngestor').value);
}

async function notesBytes(testbed: Testbed, notebook: Notebook): Promise<void> {
  const pods = await testbed.pods('prometheus');
  const sum = async (metric: string) => (await Promise.all(pods.map(pod => metricOf(testbed, pod, SENDER_PORT, metric)))).reduce((total, each) => total + each);
  notebook.figure('bytes a sample on the wire', await sum('prometheus_remote_storage_bytes_total') / await sum('prometheus_remote_storage_samples_total'), '');
  const blocks = await until('block of which the size is told', async () => {
    const found = (await blocksOf(testbed)).filter(({ thanos: { files }, stats }) => files && stats?.numSamples);
    return found.length > 0 ? found : undefined;
  });
  const samples = blocks.reduce((total, { stats }) => total + (stats?.numSamples ?? 0), 0);
  const bytes = (part: string) => blocks.flatMap(({ thanos: { files = [] } }) => files).filter(({ rel_path: path }) => path.startsWith(part))
    .reduce((total, { size_bytes: size = 0 }) => total + size, 0);
  notebook.figure('bytes a sample in chunks in the bucket', bytes('chunks') / samples, '');
  notebook.figure('bytes a sample in indexes in the bucket', bytes('index') / samples, '');
  const planned = testbed.platform.stack.plan.figure('workload', 'bytesPerSample').value;
  notebook.note(`Blocks are of minutes here: a chunk has few samples, and an index is spread over few. The plan's ${planned} bytes a sample are those of a block of two weeks.`);
}
