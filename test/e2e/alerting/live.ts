import type { V1Pod } from '@kubernetes/client-node';
import { RULER } from './parts';
import { POLICY } from './platform';
import type { AlertingTestbed } from './testbed';
import { isReady, restarts } from '../harness/pods';
import { sleep } from '../harness/progress';
import { type Notebook, NotHere } from '../harness/results';
import { until } from '../harness/wait';

const SECOND = 1000;
/** What is promised of a change. */
const SOON = 60 * SECOND;
const CONFIG_MAP = 'e2e-service-policies';
const KEY = 'rules.yaml';
const REFUSED = { metric: 'rule_loader_file_refused', labels: { configmap: CONFIG_MAP, key: KEY } };

/** The file of a service that generates policies. */
const policy = (alert: string, expr: string): string => `groups:\n- name: ${alert}\n  rules:\n  - alert: ${alert}\n    expr: ${expr}\n    labels: {severity: info}\n`;
const never = (limit: number): string => `vector(0) > ${limit}`;

/** A set of the platform's own app is changed, and applied. */
export async function changesLive(testbed: AlertingTestbed, notebook: Notebook): Promise<void> {
  await withoutRestart(testbed, async () => {
    const limit = Math.floor(Date.now() / SECOND) % 100_000 / 1000;
    const begin = Date.now();
    const objects = await testbed.change({ limit });
    await untilInForce(testbed, POLICY, expression => expression?.includes(` ${limit}`) ?? false);
    notebook.figure('from apply to both rulers', (Date.now() - begin) / SECOND, 's', SOON / SECOND);
    if (objects.length !== 1 || !objects[0].startsWith('ConfigMap ')) throw new Error(`More than one ConfigMap changed with a limit: ${objects.join(', ')}.`);
    withinPromise(begin);
  });
}

/** A new ConfigMap that any service labels as rules; then another version of it, and a ConfigMap that is gone. */
export async function takesNewIn(testbed: AlertingTestbed, notebook: Notebook): Promise<void> {
  await withoutRestart(testbed, async () => {
    const steps: [string, () => Promise<void>, string | undefined][] = [
      ['a new ConfigMap', () => testbed.writeRules(CONFIG_MAP, policy('E2eService', never(1))), never(1)],
      ['another version of it', () => testbed.writeRules(CONFIG_MAP, policy('E2eService', never(2))), never(2)],
      ['its deletion', () => testbed.removeRules(CONFIG_MAP), undefined],
    ];
    for (const [what, step, expected] of steps) {
      const begin = Date.now();
      await step();
      await untilInForce(testbed, 'E2eService', expression => expression === expected);
      notebook.figure(`from ${what} to both rulers`, (Date.now() - begin) / SECOND, 's', SOON / SECOND);
      withinPromise(begin);
    }
  });
}

/** A broken version: the one before stays, and it is said; rulers that restart in that moment still start. */
export async function refusesBroken(testbed: AlertingTestbed, notebook: Notebook): Promise<void> {
  await testbed.writeRules(CONFIG_MAP, policy('E2eService', never(1)));
  await untilInForce(testbed, 'E2eService', expression => expression === never(1));
  await withoutRestart(testbed, async () => {
    const begin = Date.now();
    await testbed.writeRules(CONFIG_MAP, policy('E2eService', 'sum(rate(up)'));
    await untilRefused(testbed, 2);
    notebook.figure('from the broken version to its refusal by both', (Date.now() - begin) / SECOND, 's', SOON / SECOND);
    await until(`${REFUSED.metric} of both rulers in Query`, async () =>
      (await testbed.query.value(`count(${REFUSED.metric}{configmap="${CONFIG_MAP}"} == 1)`, { partialResponse: true }) === 2 ? true : undefined));
    notebook.figure('until both refusals can be queried', (Date.now() - begin) / SECOND, 's');
    await sleep(2 * SECOND);
    await untilInForce(testbed, 'E2eService', expression => expression === never(1), 0);
  });
  await restartOne(testbed, notebook);
  await replaceOne(testbed, notebook);
  const mended = Date.now();
  await testbed.writeRules(CONFIG_MAP, policy('E2eService', never(3)));
  await untilInForce(testbed, 'E2eService', expression => expression === never(3));
  notebook.figure('from the mended version to both rulers', (Date.now() - mended) / SECOND, 's', SOON / SECOND);
  await untilRefused(testbed, 0);
  await testbed.removeRules(CONFIG_MAP);
}

/** The program is killed; the files in its pod are those of before. */
async function restartOne(testbed: AlertingTestbed, notebook: Notebook): Promise<void> {
  if (!testbed.faults) throw new NotHere('Only the rig can kill a process of a pod.');
  const name = (await rulers(testbed))[0].metadata!.name!;
  const before = await expressionOf(testbed, name, POLICY);
  const begin = Date.now();
  await testbed.faults.killContainer(testbed.namespace, name, RULER.container);
  await until(`ruler ${name} that evaluates again`, async () => {
    const [restarted, expression] = [restarts(await rulers(testbed))[name] ?? 0, await expressionOf(testbed, name, POLICY)];
    return restarted > 0 && expression === before ? true : undefined;
  });
  notebook.figure('killed beside a broken file: evaluates again after', (Date.now() - begin) / SECOND, 's');
  const kept = await expressionOf(testbed, name, 'E2eService');
  if (kept !== never(1)) throw new Error(`After the restart of ${name} the last good version of the file is not in force any more, but ${kept ?? 'none'}.`);
}

/** The pod is made anew; what it loads is what the API has. */
async function replaceOne(testbed: AlertingTestbed, notebook: Notebook): Promise<void> {
  const { metadata } = (await rulers(testbed))[1];
  const name = metadata!.name!;
  const before = await expressionOf(testbed, name, POLICY);
  const begin = Date.now();
  await testbed.cluster.core.deleteNamespacedPod({ namespace: testbed.namespace, name });
  await until(`new pod ${name} that evaluates`, async () => {
    const pod = (await rulers(testbed)).find(each => each.metadata?.name === name);
    return pod && pod.metadata?.uid !== metadata?.uid && isReady(pod) && await expressionOf(testbed, name, POLICY) === before ? true : undefined;
  });
  notebook.figure('deleted beside a broken file: a new pod evaluates after', (Date.now() - begin) / SECOND, 's');
  notebook.note(await expressionOf(testbed, name, 'E2eService') === undefined
    ? 'A new pod of a stateless ruler starts without the refused file: the last good version was in the pod before. The other ruler goes on with it.'
    : 'A new pod starts with the last good version of the refused file.');
}

const rulers = (testbed: AlertingTestbed): Promise<V1Pod[]> => testbed.pods(RULER.component);

interface Rules {
  readonly data: { readonly groups: { readonly rules: { readonly name: string; readonly query: string }[] }[] };
}

/** The expression of an alert as a ruler has it; nothing where it does not know the alert. */
async function expressionOf(testbed: AlertingTestbed, pod: string, alert: string): Promise<string | undefined> {
  const { data } = JSON.parse(await testbed.ask(pod, RULER.port, '/api/v1/rules')) as Rules;
  return data.groups.flatMap(({ rules }) => rules).find(({ name }) => name === alert)?.query;
}

async function untilInForce(testbed: AlertingTestbed, alert: string, expected: (expression?: string) => boolean, timeout: number = 3 * SOON): Promise<void> {
  await until(`ruler pair that has ${alert} as it should be`, async () => {
    const names = (await rulers(testbed)).map(({ metadata }) => metadata!.name!);
    const expressions = await Promise.all(names.map(name => expressionOf(testbed, name, alert)));
    return expressions.every(expected) ? true : undefined;
  }, { timeout, every: SECOND / 2 });
}

/** Waits until so many rulers say that the file is refused. */
async function untilRefused(testbed: AlertingTestbed, count: number): Promise<void> {
  await until(`file that ${count} rulers refuse`, async () => {
    const names = (await rulers(testbed)).map(({ metadata }) => metadata!.name!);
    const refused = await Promise.all(names.map(async name => (await testbed.metrics(name, RULER.loaderPort)).sum(REFUSED.metric, REFUSED.labels) ?? 0));
    return refused.reduce((sum, each) => sum + each, 0) === count ? true : undefined;
  }, { timeout: 3 * SOON, every: SECOND / 2 });
}

function withinPromise(begin: number): void {
  if (Date.now() - begin > SOON) throw new Error(`It took ${(Date.now() - begin) / SECOND} s, and ${SOON / SECOND} s are promised.`);
}

/** @throws when a pod of the ruler was restarted or replaced meanwhile */
async function withoutRestart(testbed: AlertingTestbed, act: () => Promise<void>): Promise<void> {
  const state = async () => JSON.stringify((await rulers(testbed)).map(({ metadata, status }) =>
    [metadata?.uid, ...(status?.containerStatuses ?? []).map(({ name, restartCount }) => [name, restartCount])]));
  const before = await state();
  await act();
  const after = await state();
  if (after !== before) throw new Error(`Pods of the ruler were restarted or replaced: before ${before}, after ${after}.`);
}
