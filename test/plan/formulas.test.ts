import { Duration } from 'cdk8s';
import { planAll } from './plan-all';
import { ceil, hundredths, roundUp, roundUpToDouble } from '../../src/plan/arithmetic';
import { WorkloadProps } from '../../src/plan/workload';

/** What a formula may use. */
const FUNCTIONS = { ceil, floor: Math.floor, max: Math.max, min: Math.min, sqrt: Math.sqrt, ln: Math.log, roundUp, roundUpToDouble, hundredths };

/** Works a printed formula out, as a reader with a calculator would. */
function workOut(numbers: string): number {
  const code = numbers.replace(/(\d),(?=\d{3}(?!\d))/g, '$1').replace(/×/g, '*').replace(/÷/g, '/').replace(/−/g, '-');
  return new Function(...Object.keys(FUNCTIONS), `return ${code};`)(...Object.values(FUNCTIONS));
}

const WORKLOADS: WorkloadProps[] = [
  { activeSeries: 10_000 },
  { activeSeries: 1_000_000 },
  { activeSeries: 100_000_000 },
  { activeSeries: 3_456_789, scrapeInterval: Duration.seconds(17), outage: Duration.hours(3), queriesPerSecond: 40, retentionRaw: Duration.days(8) },
];

test.each(WORKLOADS)('the printed numbers of every formula give the planned value: %j', props => {
  for (const { part, name, planned, numbers } of planAll(props).figures) {
    if (part === 'workload' && !/[(×]/.test(numbers)) continue;
    const result = workOut(numbers);
    // The printed numbers have six digits.
    const same = Math.abs(result - planned) <= 2e-5 * planned;
    expect({ part, name, numbers, planned, result: same ? planned : result }).toEqual({ part, name, numbers, planned, result: planned });
  }
});

test('every figure explains itself', () => {
  for (const figure of planAll({ activeSeries: 1_000_000 }).figures) {
    expect(figure.reason).toMatch(/^[A-Z].*\.$/);
    expect(figure.source).not.toBe('');
    expect(figure.formula).not.toMatch(/undefined|NaN/);
    expect(figure.numbers).not.toMatch(/undefined|NaN|[A-Z]{2}/);
  }
});

test('no two figures of a part have one name', () => {
  const names = planAll({ activeSeries: 1_000_000 }).figures.map(({ part, name }) => `${part}.${name}`);
  expect(new Set(names).size).toBe(names.length);
});
