import { writeSync } from 'node:fs';

/** What a process has used so far, for the bench that started it. */
export function reportUsage(): void {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  writeSync(1, JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1000, rss: maxRSS / 1024 }));
}

/** Milliseconds of each of several runs in this one process. */
export function reportRuns(count: number, run: () => void): void {
  const times = Array.from({ length: count }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
  writeSync(1, JSON.stringify(times));
}
