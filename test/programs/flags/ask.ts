import { programPath } from '../build';
import { Started, freePorts, poll, temporaryFolder } from '../process';
import { DocumentedCommand, StatusSetup } from './commands';
import { commandLine } from './types';

/** The values of all its flags, hidden ones too, from a program that runs with nothing but its defaults and what it needs to run. */
export interface StatusFlags {
  readonly values: ReadonlyMap<string, string>;
  /** Flags that had to be given, whose values therefore are not defaults. */
  readonly given: ReadonlySet<string>;
}

async function flagsAt(address: string): Promise<Map<string, string>> {
  const response = await fetch(`http://${address}/api/v1/status/flags`);
  const body = await response.json() as { data: Record<string, string> };
  return new Map(Object.entries(body.data));
}

/** Starts the program and asks it. */
export async function askForFlags(command: DocumentedCommand, setup: StatusSetup): Promise<StatusFlags> {
  const [port] = await freePorts(1);
  const address = `127.0.0.1:${port}`;
  const folder = temporaryFolder();
  const args = setup.args(address, folder);
  const started = new Started(programPath(command.program), [...command.subcommand.split(' ').filter(word => word !== ''), ...args], { cwd: folder });
  try {
    const values = await poll(() => flagsAt(address), 20_000);
    if (!values) throw new Error(`'${commandLine(command)}' did not answer /api/v1/status/flags within 20 s. It printed:\n${started.output}`);
    return { values, given: new Set(args.map(arg => arg.replace(/^--([^=]+).*$/s, '$1'))) };
  } finally {
    await started.stop();
  }
}
