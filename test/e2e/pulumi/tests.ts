import type { Run } from './engine';
import { PLATFORM, PROVIDER, TRANSFORMED } from './program';
import { changing, holding, leaves, replacing, revealed, uses } from './seen';
import { listed, ofPlatform, type Testbed } from './testbed';
import type { Notebook } from '../harness/results';

type Test = (testbed: Testbed, notebook: Notebook) => Promise<void>;

function must(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

/** A hash of something: what an annotation holds so that pods roll. */
const isHash = (value: string): boolean => /^[0-9a-f]{8,64}$/.test(value);

let firstPreview: Run;

/** Characters that are shown before and after what should not be there. */
const CONTEXT = 200;

/** All resources are shown before the first is made. */
export const previewsAll: Test = async (testbed, notebook) => {
  firstPreview = await testbed.preview();
  const steps = ofPlatform(firstPreview);
  must(steps.every(({ op }) => op === 'create'), `Not only created: ${listed(steps.filter(({ op }) => op !== 'create'))}`);
  notebook.figure('resources', steps.length, '');
  notebook.figure('preview', firstPreview.seconds, 's');
};

/** The platform runs, and its outputs are there; what the preview did not know is what the value went into. */
export const makesAll: Test = async (testbed, notebook) => {
  const run = await testbed.up();
  const made = ofPlatform(run);
  const pods = (await testbed.cluster.core.listNamespacedPod({ namespace: testbed.namespace })).items.length;
  notebook.figure('resources', made.length, '');
  notebook.figure('pods Ready', pods, '');
  notebook.figure('up', run.seconds, 's');
  const service = `${PLATFORM}-query-frontend.${testbed.namespace}.svc.cluster.local`;
  must(String(run.outputs.queryUrl) === `http://${service}:10902`, `queryUrl is ${String(run.outputs.queryUrl)}.`);
  must(String(run.outputs.remoteWriteUrl).endsWith('/api/v1/receive'), `remoteWriteUrl is ${String(run.outputs.remoteWriteUrl)}.`);
  must(Number(run.outputs.figures) > 0, 'The plan has no figures.');
  const unknown = revealed(ofPlatform(firstPreview), made);
  notebook.figure('values unknown in the preview', unknown.length, '');
  const astray = unknown.filter(({ value }) => !value.includes(testbed.wanted.zone) && !isHash(value));
  must(unknown.length > 0 && astray.length === 0, `Unknown without need: ${astray.map(({ name, path, value }) => `${name} ${path} (${value})`).join(', ')}`);
};

export const changesNothing: Test = async (testbed, notebook) => {
  const run = await testbed.up();
  const changes = changing(run.steps);
  notebook.figure('changes', changes.length, '');
  notebook.figure('up', run.seconds, 's');
  must(changes.length === 0, `Changed: ${changes.map(({ op, name, changes: where }) => `${op} ${name} (${Object.keys(where).join(', ')})`).join('; ')}.`);
};

/** Preview and deployment of a change agree; nothing is replaced, and nothing rolls but what has to. */
async function changesAsShown(testbed: Testbed, notebook: Notebook, change: Parameters<Testbed['upRolling']>[0]): Promise<Run> {
  const preview = await testbed.preview(change);
  const shown = changing(ofPlatform(preview));
  const run = await testbed.upRolling(change);
  const done = changing(ofPlatform(run));
  must(listed(shown) === listed(done), `The preview shows ${listed(shown)}; changed is ${listed(done)}.`);
  must(replacing(ofPlatform(run)).length === 0, `Replaced: ${listed(replacing(ofPlatform(run)))}`);
  notebook.figure('resources changed', done.length, '');
  notebook.figure('workloads rolled', run.rolled.length, '');
  notebook.figure('preview', preview.seconds, 's');
  notebook.figure('up', run.seconds, 's');
  notebook.note(`Changed: ${listed(done)}. Rolled: ${run.rolled.join(', ') || 'none'}.`);
  return { ...run, output: preview.output + run.output };
}

export const changesProp: Test = async (testbed, notebook) => {
  const run = await changesAsShown(testbed, notebook, { queryReplicas: 3 });
  const others = changing(ofPlatform(run)).filter(({ name }) => !name.includes('query'));
  must(others.length === 0, `Changed beside Query: ${listed(others)}`);
};

/** Who consumes: what the value stands in, and the pods that read that. */
export const changesOutput: Test = async (testbed, notebook) => {
  const region = 'south-of-all';
  const run = await changesAsShown(testbed, notebook, { region });
  const steps = ofPlatform(run);
  const holders = holding(steps, region);
  const wrong = changing(steps).filter(step => !holders.includes(step) && !uses(step, holders));
  must(holders.length > 0 && wrong.length === 0, `Changed without the value: ${listed(wrong)}`);
  must(holders.every(({ op }) => op !== 'same'), `Has the value without a change: ${listed(holders)}`);
};

export const changesSecret: Test = async (testbed, notebook) => {
  const keys = [testbed.wanted.key, 'second-key-of-the-bucket'];
  const run = await changesAsShown(testbed, notebook, { key: keys[1] });
  const steps = ofPlatform(run);
  const secrets = steps.filter(({ type, op }) => type === 'kubernetes:core/v1:Secret' && op !== 'same');
  const wrong = changing(steps).filter(step => !secrets.includes(step) && !uses(step, secrets));
  must(secrets.length === 1 && wrong.length === 0, `Changed without the Secret: ${listed(wrong)}`);
  const unchanged = steps.filter(step => /:(StatefulSet|Deployment)$/.test(step.type) && step.op === 'same' && uses(step, secrets));
  must(unchanged.length === 0, `Reads the Secret and did not roll: ${listed(unchanged)}`);
  const { stored } = testbed.engine;
  const forms = keys.flatMap(key => [key, Buffer.from(key).toString('base64')]);
  must(forms.every(form => !stored.includes(form)), 'The stored state has the secret in it.');
  const printed = firstPreview.output + run.output;
  const around = (at: number): string => printed.slice(Math.max(0, at - CONTEXT), at + CONTEXT);
  const told = forms.map(form => printed.indexOf(form)).filter(at => at >= 0).map(around);
  must(told.length === 0, `The secret was printed: ${told.join('; ')}`);
  notebook.figure('stored without the secret', stored.length, 'bytes');
};

/** What the provider does unless it is told that ConfigMaps and Secrets may be changed. */
export const showsReplacedConfigMaps: Test = async (testbed, notebook) => {
  const run = await testbed.preview({ region: 'elsewhere', key: 'third-key-of-the-bucket', mutable: false });
  const replaced = replacing(ofPlatform(run));
  notebook.figure('resources replaced', new Set(replaced.map(({ urn }) => urn)).size, '');
  notebook.note(`Replaced: ${listed(replaced)}.`);
  const wrong = replaced.filter(({ type }) => !/:(ConfigMap|Secret)$/.test(type));
  must(wrong.length === 0, `Replaced, too: ${listed(wrong)}`);
};

/** The component's options reach its resources. */
export const takesOptions: Test = async (testbed, notebook) => {
  const run = await testbed.up({ name: 'renamed', options: { aliases: [{ name: PLATFORM }], protect: true } });
  must(replacing(run.steps).length === 0 && run.steps.every(({ op }) => op !== 'create'), `Replaced: ${listed(replacing(run.steps))}; created: ${listed(run.steps.filter(({ op }) => op === 'create'))}`);
  const resources = await testbed.resources();
  must(resources.every(({ urn }) => urn.includes('::renamed')), 'Some resources kept the name of the old component.');
  must(resources.every(({ protect }) => protect === true), 'Some resources are not protected.');
  must(resources.every(({ provider }) => provider?.includes(`::${PROVIDER}::`)), 'Some resources have another provider.');
  const services = resources.filter(({ type }) => type.endsWith(':Service'));
  const plain = services.filter(({ inputs }) => ![...leaves(inputs)].some(([path, value]) => path === `metadata.annotations.${TRANSFORMED}` && value === 'true'));
  must(services.length > 0 && plain.length === 0, `${plain.length} of ${services.length} Services were not transformed.`);
  const refused = await testbed.deployment.destroy();
  must(refused.failed && /protect/.test(refused.output), 'Protected resources were destroyed.');
  must((await testbed.inCluster(resources)).length === resources.length, 'Protected objects are gone.');
  notebook.figure('resources', resources.length, '');
};

export const destroysAll: Test = async (testbed, notebook) => {
  await testbed.up({ options: { aliases: [{ name: PLATFORM }], protect: false } });
  const resources = await testbed.resources();
  const run = await testbed.deployment.destroy();
  must(!run.failed, run.errors);
  const left = await testbed.inCluster(resources);
  must(left.length === 0, `Left: ${left.join(', ')}`);
  const { items } = await testbed.cluster.core.listNamespacedPersistentVolumeClaim({ namespace: testbed.namespace });
  notebook.figure('resources deleted', resources.length, '');
  notebook.figure('destroy', run.seconds, 's');
  notebook.figure('claims kept', items.length, '');
  notebook.note('Claims of StatefulSets are kept, as their policy says; they go with the namespace.');
};
