import { run } from '../../programs/process';

/**
 * Runs a program to its end and gives what it printed to standard output.
 *
 * @throws when it cannot be run, fails, or takes longer than the timeout.
 */
export async function execute(command: string, args: readonly string[], timeoutMilliseconds: number = 60_000): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, {}, timeoutMilliseconds);
  if (code === 0) return stdout;
  const why = code === -1 ? `was killed, by its timeout of ${timeoutMilliseconds / 1000} s or a signal` : `failed with exit code ${code}`;
  throw new Error(`'${command} ${args.join(' ')}' ${why}: ${(stderr || stdout).trim()}`);
}
