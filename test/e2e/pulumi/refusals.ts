import { ConfigMap } from '@pulumi/kubernetes/core/v1';
import type { Output } from '@pulumi/pulumi';
import type { PulumiFn } from '@pulumi/pulumi/automation';
import { nameOf, PLATFORM, small } from './program';
import { ofPlatform, type Testbed } from './testbed';
import type { Notebook } from '../harness/results';
import { MonitoringStack } from 'cdk8s-thanos/pulumi';

/** With two things wrong: at once, or when a ConfigMap has been made. */
const wrong = (namespace: string, atOnce: boolean): PulumiFn => async () => {
  const made = nameOf(new ConfigMap('made', { metadata: { name: 'made-first', namespace } }));
  const known = <T>(value: T): T | Output<T> => atOnce ? value : made.apply(() => value);
  new MonitoringStack(PLATFORM, { ...small(namespace), cluster: known('not a cluster') as Output<string>, query: { replicas: known(-1) as Output<number> } });
};

const ERRORS = ["'cluster' must be", "'replicas' must be"];

const missing = (text: string): string[] => ERRORS.filter(error => !text.includes(error));

/** What is known in a preview is judged in it, all at once. */
export async function refusesAtPreview({ engine, namespace }: Testbed, notebook: Notebook): Promise<void> {
  const run = await (await engine.stack('refused')).preview(wrong(namespace, true));
  if (!run.failed || missing(run.errors).length > 0) throw new Error(`The preview ${run.failed ? 'failed' : 'went well'} without ${missing(run.errors).join(' and ')}: ${run.errors}`);
  notebook.figure('errors', ERRORS.length, '');
  notebook.note(run.errors.trim());
}

/** What is not known is left to the deployment, which then makes nothing of the platform. */
export async function refusesAtUp({ engine, namespace }: Testbed, notebook: Notebook): Promise<void> {
  const stack = await engine.stack('refused-later');
  const preview = await stack.preview(wrong(namespace, false));
  if (preview.failed) throw new Error(`The preview failed: ${preview.errors}`);
  const run = await stack.up(wrong(namespace, false));
  const resources = await stack.resources();
  await stack.destroy();
  if (!run.failed || missing(run.errors).length > 0) throw new Error(`The deployment ${run.failed ? 'failed' : 'went well'} without ${missing(run.errors).join(' and ')}: ${run.errors}`);
  const made = resources.filter(({ urn, type }) => urn.includes('MonitoringStack$') && type.startsWith('kubernetes:'));
  if (made.length > 0) throw new Error(`Made all the same: ${made.map(({ urn }) => urn).join(', ')}`);
  notebook.figure('resources shown in the preview', ofPlatform(preview).length, '');
  notebook.figure('resources of the platform made', made.length, '');
}
