import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import fc from 'fast-check';
import { bytes, bytesText, cores, cpuQuantity, durationText, memoryQuantity, seconds } from '../../src/core/units';

test.each([
  [Duration.days(15), 1_296_000],
  [Duration.minutes(1.5), 90],
  [Duration.millis(250), 0.25],
])('%s in seconds', (duration, expected) => {
  expect(seconds(duration)).toBe(expected);
});

test.each([
  [Size.kibibytes(1), 1024],
  [Size.mebibytes(1.5), 1_572_864],
  [Size.tebibytes(2), 2 * 1024 ** 4],
])('%p in bytes', (size, expected) => {
  expect(bytes(size)).toBe(expected);
});

test.each([
  [Cpu.millis(250), 0.25],
  [Cpu.units(2), 2],
  [Cpu.units(0.1), 0.1],
])('%p in cores', (cpu, expected) => {
  expect(cores(cpu)).toBe(expected);
});

test.each([
  [0, '0s'],
  [0.25, '250ms'],
  [1, '1s'],
  [90, '1m30s'],
  [5400, '1h30m'],
  [86_400, '24h'],
  [3661.5, '1h1m1s500ms'],
  // A sum of doubles is a hair off.
  [0.1 + 0.2, '300ms'],
])('%d seconds for a program: %s', (value, expected) => {
  expect(durationText(value)).toBe(expected);
});

test('no millisecond is lost in a text', () => {
  const units: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
  fc.assert(fc.property(fc.integer({ min: 0, max: 400 * 86_400_000 }), millis => {
    const parts = [...durationText(millis / 1000).matchAll(/(\d+)(ms|h|m|s)/g)];
    expect(parts.reduce((sum, [, count, unit]) => sum + Number(count) * units[unit], 0)).toBe(millis);
  }));
});

test.each([
  [0, '0B'],
  [1000, '1000B'],
  [1024, '1KiB'],
  [262_144_000, '250MiB'],
  [1.5 * 1024 ** 3, '1536MiB'],
  [1024 ** 4, '1024GiB'],
])('%d bytes for Thanos: %s', (value, expected) => {
  expect(bytesText(value)).toBe(expected);
});

test('no byte is lost in a text', () => {
  const units: Record<string, number> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };
  fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 45 }), value => {
    const [, count, unit] = /^(\d+)(B|KiB|MiB|GiB)$/.exec(bytesText(value))!;
    expect(Number(count) * units[unit]).toBe(value);
  }));
});

test.each([
  [1, '1Mi'],
  [1024 ** 2, '1Mi'],
  [1024 ** 2 + 1, '2Mi'],
  [5 * 1024 ** 3, '5120Mi'],
])('%d bytes for Kubernetes: %s', (value, expected) => {
  expect(memoryQuantity(value)).toBe(expected);
});

test.each([
  [0.05, '50m'],
  [2, '2'],
  [1.5, '1500m'],
  [0.0001, '1m'],
])('%d cores for Kubernetes: %s', (value, expected) => {
  expect(cpuQuantity(value)).toBe(expected);
});

test('whole thousandths of a core are not rounded up', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 100_000 }), millis => {
    expect(cpuQuantity(millis / 1000)).toBe(millis % 1000 === 0 ? `${millis / 1000}` : `${millis}m`);
  }));
});
