import { programPath } from '../build';
import { run } from '../process';
import type { ContainerRun } from './sandbox';
import { lastWords } from './start';

/** Why amtool refuses the configuration of an Alertmanager, or one of its templates; undefined when it takes them, and for other programs. */
export async function whyAmtoolRefuses({ program, args }: ContainerRun): Promise<string | undefined> {
  if (program !== 'alertmanager') return undefined;
  const file = args.map(arg => /^--config\.file=(.*)$/.exec(arg)?.[1]).find(match => match !== undefined);
  if (file === undefined) return 'it has no --config.file';
  const ended = await run(programPath('amtool'), ['check-config', file]);
  return ended.code === 0 ? undefined : `amtool check-config:\n${lastWords(ended.stdout + ended.stderr)}`;
}
