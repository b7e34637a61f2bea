import { PROGRAM } from './program.generated';

/** Where our programs are mounted. */
export const PROGRAM_FOLDER = '/etc/pushgateway-client';

/** A file of the programs with those that it loads. */
export function programWith(entry: string): Record<string, string> {
  const found = new Set<string>();
  const add = (file: string) => {
    if (!found.has(file)) {
      found.add(file);
      [...PROGRAM[file].matchAll(/require\("\.\/([\w-]+)"\)/g)].forEach(([, name]) => add(`${name}.js`));
    }
  };
  add(entry);
  return Object.fromEntries([...found].sort().map(file => [file, PROGRAM[file]]));
}
