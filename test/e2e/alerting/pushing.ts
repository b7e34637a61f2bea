import { BatchV1Api } from '@kubernetes/client-node';
import { PUSHGATEWAY } from './parts';
import { CLEANER_INTERVAL, PUSHED, STALE_AFTER } from './platform';
import type { AlertingTestbed } from './testbed';
import type { Exposition } from '../harness/exposition';
import type { Notebook } from '../harness/results';
import { until } from '../harness/wait';
import { PLATFORM_NAME } from '../platforms/small';

const SECOND = 1000;
const JOB = `${PLATFORM_NAME}-export`;
/** The kubelet brings a changed ConfigMap, by which the cleaner hears of the job, within about 90 seconds. */
const PATIENCE = 5 * 60 * SECOND;

/** A job that is added to a running platform pushes what it wrote to a file; when it has grown stale, it is gone. */
export async function pushesAndForgets(testbed: AlertingTestbed, notebook: Notebook): Promise<void> {
  const begin = Date.now();
  await testbed.change({ pushes: true });
  const batch = testbed.cluster.config.makeApiClient(BatchV1Api);
  await until('job that is complete', async () => {
    const { status } = await batch.readNamespacedJob({ namespace: testbed.namespace, name: JOB });
    return status?.conditions?.some(({ type, status: is }) => type === 'Complete' && is === 'True') ? true : undefined;
  });
  notebook.figure('from apply to the end of the job', (Date.now() - begin) / SECOND, 's');
  const selector = `${PUSHED.metric}{job="${PUSHED.job}"}`;
  const [found] = await until('series of the job in Query', async () => {
    const series = await testbed.query.query(selector, { partialResponse: true });
    return series.length > 0 ? series : undefined;
  });
  notebook.figure('from apply to Query', (Date.now() - begin) / SECOND, 's');
  if (found.values[0] !== PUSHED.value) throw new Error(`The job pushed ${PUSHED.value}, and Query has ${found.values[0]}.`);
  const pushed = await lastPush(testbed);
  await until('Pushgateway without the group', async () => (await groupsOf(testbed) === 0 ? true : undefined), { timeout: PATIENCE });
  notebook.figure('from the push to the deletion of the group', (Date.now() - pushed) / SECOND, 's', STALE_AFTER + CLEANER_INTERVAL);
  await until('Query without the series', async () => ((await testbed.query.query(selector, { partialResponse: true })).length === 0 ? true : undefined), { timeout: PATIENCE });
  notebook.figure('from the push to the end of the series in Query', (Date.now() - pushed) / SECOND, 's');
  const success = await testbed.query.value(`job_last_success_timestamp_seconds{push_job="${JOB}"}`, { partialResponse: true });
  if (success === undefined) throw new Error('That the job succeeded is not known any more.');
}

/** How many groups of the job all shards hold. */
async function groupsOf(testbed: AlertingTestbed): Promise<number> {
  const pages = await shards(testbed);
  return pages.filter(page => page.sum(PUSHED.metric, { job: PUSHED.job }) !== undefined).length;
}

/** When the job's metrics were pushed, which is told of its group apart from that of its runs; milliseconds since 1970. */
async function lastPush(testbed: AlertingTestbed): Promise<number> {
  const time = await testbed.query.value(`push_time_seconds{job="${PUSHED.job}",push_job=""}`, { partialResponse: true });
  if (time === undefined) throw new Error('Query does not know when the job pushed.');
  return time * SECOND;
}

async function shards(testbed: AlertingTestbed): Promise<Exposition[]> {
  const pods = await testbed.pods(PUSHGATEWAY.component);
  return Promise.all(pods.map(({ metadata }) => testbed.metrics(metadata!.name!, PUSHGATEWAY.port)));
}
