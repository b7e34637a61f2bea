import { Duration, Size, SizeRoundingBehavior } from 'cdk8s';
import type { Cpu } from 'cdk8s-plus-28';

// Inside the library every figure is a plain number in base units: seconds, bytes, cores.
// This file is the only place that turns users' units into them, and them into the text of a program or of Kubernetes.

/** Bytes. */
export const MIB = 1024 ** 2;

export const seconds = (duration: Duration): number => duration.toMilliseconds() / 1000;

/** Whole ones: programs read no fractions of a byte, and a `Size` may be one of a mebibyte. */
export const bytes = (size: Size): number => Math.round(size.toKibibytes({ rounding: SizeRoundingBehavior.NONE }) * 1024);

export function cores(cpu: Cpu): number {
  return cpu.amount.endsWith('m') ? Number(cpu.amount.slice(0, -1)) / 1000 : Number(cpu.amount);
}

/** `5400` → `1h30m`: understood by Go's and by Prometheus' parser of durations. */
export function durationText(value: number): string {
  let rest = Math.round(value * 1000);
  const parts = ([['h', 3_600_000], ['m', 60_000], ['s', 1000], ['ms', 1]] as const).map(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count > 0 ? `${count}${unit}` : '';
  });
  return parts.join('') || '0s';
}

/** `268435456` → `256MiB`: exact, in the largest unit that divides it; Thanos reads these, where Kubernetes writes `Mi`. */
export function bytesText(value: number): string {
  const whole = Math.round(value);
  for (const [unit, size] of [['GiB', 1024 ** 3], ['MiB', MIB], ['KiB', 1024]] as const) {
    if (whole > 0 && whole % size === 0) {
      return `${whole / size}${unit}`;
    }
  }
  return `${whole}B`;
}

/** Bytes as a Kubernetes quantity, rounded up to a whole `Mi`. */
export const memoryQuantity = (value: number): string => `${Math.ceil(value / MIB)}Mi`;

/** Cores as a Kubernetes quantity, rounded up to a whole `m`. */
export function cpuQuantity(value: number): string {
  // To a millionth first: 4.03 × 1000 is a little more than 4030 as a double.
  const millis = Math.ceil(Math.round(value * 1e6) / 1000);
  return millis % 1000 === 0 ? `${millis / 1000}` : `${millis}m`;
}
