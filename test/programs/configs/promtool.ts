import { programPath } from '../build';
import { run } from '../process';
import type { ContainerRun } from './sandbox';
import { lastWords } from './start';

/**
 * Why promtool refuses the configuration of a Prometheus; undefined when it takes it, and for other programs.
 * The configuration is the one that the init containers have written: with the real config-reloader's substitutions.
 */
export async function whyPromtoolRefuses({ program, args }: ContainerRun): Promise<string | undefined> {
  if (program !== 'prometheus') return undefined;
  const file = args.map(arg => /^--config\.file=(.*)$/.exec(arg)?.[1]).find(match => match !== undefined);
  if (file === undefined) return 'it has no --config.file';
  const mode = args.includes('--agent') ? ['--agent'] : [];
  const ended = await run(programPath('promtool'), ['check', 'config', ...mode, file]);
  return ended.code === 0 ? undefined : `promtool check config ${mode.join('')}:\n${lastWords(ended.stdout + ended.stderr)}`;
}
