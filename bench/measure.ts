import { spawnSync } from 'node:child_process';

/** What one process used: milliseconds of wall and of CPU, and MiB of memory at its peak. */
export interface Usage {
  readonly wall: number;
  readonly cpu: number;
  readonly rss: number;
}

/** Each of several figures at its least: whatever else the machine did meanwhile only ever adds to it. */
export const least = (usages: Usage[]): Usage => ({
  wall: Math.min(...usages.map(({ wall }) => wall)),
  cpu: Math.min(...usages.map(({ cpu }) => cpu)),
  rss: Math.min(...usages.map(({ rss }) => rss)),
});

/** Runs a program and gives what it wrote to its standard output. */
export function run(program: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', maxBuffer: 64 * 1024 ** 2 });
  if (status !== 0) {
    throw new Error(`node ${[program, ...args].join(' ')} ended with ${status}:\n${stderr}`);
  }
  return stdout;
}

/** One run as a process of its own. */
export function usage(program: string, ...args: string[]): Usage {
  const start = performance.now();
  const stdout = run(program, ...args);
  return { wall: performance.now() - start, ...JSON.parse(stdout) as Omit<Usage, 'wall'> };
}

/** Milliseconds of one run within a process that has made others before. */
export function warm(runs: number, program: string, ...args: string[]): number {
  return Math.min(...JSON.parse(run(program, ...args, '--runs', String(runs))) as number[]);
}
