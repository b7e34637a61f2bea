import { programPath } from '../build';
import { run } from '../process';
import type { ContainerRun } from './sandbox';
import { endedBeyondConfiguration, lastWords } from './start';

/** By now Thanos has read the configuration and tries the network, which some clients do for minutes. */
const PARSED_MILLISECONDS = 4_000;

const answers = new Map<string, Promise<string | undefined>>();

async function ask(config: string, env: Readonly<Record<string, string>>): Promise<string | undefined> {
  const ended = await run(programPath('thanos'), ['tools', 'bucket', 'ls', config], { env }, PARSED_MILLISECONDS);
  const output = ended.stdout + ended.stderr;
  if (ended.code === 0 || ended.code === -1 || endedBeyondConfiguration(output)) return undefined;
  return `the object store configuration is refused:\n${lastWords(output)}`;
}

/**
 * Why Thanos refuses the object store configuration of a container; undefined when it takes it.
 * The bucket is never reached: a listing that fails at the network has read the configuration and made its client.
 */
export async function whyBucketRefused({ program, args, env }: ContainerRun): Promise<string | undefined> {
  const config = args.find(arg => /^--objstore\.config(-file)?=/.test(arg));
  if (program !== 'thanos' || config === undefined) return undefined;
  // Most pods of a platform have the same one.
  const key = JSON.stringify([config, env]);
  const answer = answers.get(key) ?? ask(config, env);
  answers.set(key, answer);
  return answer;
}
