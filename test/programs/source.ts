import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { moduleOf } from './modules';

const folders = new Map<string, Promise<string>>();

/** The folder of a program's source in Go's module cache; fetched when it is not there, as after a restored cache of built programs. */
export function sourceFolder(program: string): Promise<string> {
  const module = moduleOf(program);
  const known = folders.get(module.name);
  if (known) return known;
  const found = promisify(execFile)('go', ['mod', 'download', '-json', `${module.upstream}@${module.upstreamVersion}`], { cwd: module.folder })
    .then(({ stdout }) => (JSON.parse(stdout) as { Dir: string }).Dir);
  folders.set(module.name, found);
  return found;
}
