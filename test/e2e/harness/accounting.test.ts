import * as fc from 'fast-check';
import { Account, Accounting, AccountOptions, Copy } from './accounting';
import { generationOf, type Life, type Load, serialAt, timeOf, valueOf } from '../generator/series';

const START = Date.UTC(2026, 10, 1);
const INTERVAL = 5000;
const LOAD: Load = { series: 1, churning: 0, churnEvery: 600, fillers: 0 };

/** A sender that scrapes at each interval, at its own point in it. */
interface Sender { readonly name: string; readonly phase: number }

const A: Sender = { name: '10.0.0.1', phase: 1000 };
const B: Sender = { name: '10.0.0.2', phase: 3500 };

const scrapesOf = ({ phase }: Sender, seconds: number): number[] =>
  Array.from({ length: Math.floor(seconds * 1000 / INTERVAL) }, (_, slot) => START + slot * INTERVAL + phase);

/** A life of a generator that all senders scraped all the time. */
function life(senders: Sender[], seconds: number, load = LOAD): Life {
  const answers = senders.flatMap(sender => scrapesOf(sender, seconds).map(time => ({ serial: serialAt(time), sender: sender.name, userAgent: 'Prometheus/3.14.0' })));
  return { load, started: START - 60_000, now: START + seconds * 1000 + 5000, answers };
}

/** One copy of one series, from the times at which it was scraped. */
const copy = (times: number[], index = 0, labels: Record<string, string> = {}): Copy =>
  ({ labels, times, values: times.map(time => valueOf(index, serialAt(time))) });

function account(lives: Life[], copies: Copy[], seconds: number, options: Partial<AccountOptions> = {}): Account {
  const accounting = new Accounting({ window: { from: START, to: START + seconds * 1000 }, interval: INTERVAL, lives: { pod: lives }, ...options });
  accounting.add('pod', 0, copies);
  return accounting.result();
}

test('nothing is lost where every answer came back', () => {
  const copies = [copy(scrapesOf(A, 60)), copy(scrapesOf(B, 60)), copy(scrapesOf(A, 60))];
  expect(account([life([A, B], 60)], copies, 60)).toEqual({
    expected: 12, present: 12, lost: 0, unscraped: 0, undelivered: 0, wrong: 0, wrongExamples: [], duplicates: 0, longestGap: 2.5,
    senders: { '10.0.0.1': { answered: 12, missing: 0 }, '10.0.0.2': { answered: 12, missing: 0 } }, samples: 36, unremembered: 0,
  });
});

test('without a sample, every interval is lost', () => {
  expect(account([life([A], 60)], [], 60)).toMatchObject({ expected: 12, present: 0, lost: 12, undelivered: 12, unscraped: 0, longestGap: 60 });
  expect(account([life([], 60)], [], 60)).toMatchObject({ expected: 12, present: 0, lost: 12, undelivered: 0, unscraped: 12 });
});

test('a lone sender loses as many samples as copies of it lack', () => {
  fc.assert(fc.property(fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }), there => {
    const times = scrapesOf(A, 60).filter((_, slot) => there[slot]);
    const gone = 12 - times.length;
    const { lost, undelivered, senders } = account([life([A], 60)], [copy(times)], 60);
    expect({ lost, undelivered, missing: senders[A.name].missing }).toEqual({ lost: gone, undelivered: gone, missing: gone });
  }));
});

test('samples beyond the window tell what is missing at its ends', () => {
  const window = { from: START + 20_000, to: START + 40_000 };
  fc.assert(fc.property(fc.subarray([4, 5, 6, 7]), fc.integer({ min: 0, max: 4999 }), (lost, phase) => {
    const sender = { ...A, phase };
    const times = scrapesOf(sender, 60).filter((_, slot) => !lost.includes(slot));
    expect(account([life([sender], 60)], [copy(times)], 60, { window })).toMatchObject({ expected: 4, lost: lost.length, undelivered: lost.length });
  }));
});

test('what one sender lacks is missing, but not lost while its twin has the interval', () => {
  fc.assert(fc.property(fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }), there => {
    const copies = [copy(scrapesOf(A, 60).filter((_, slot) => there[slot])), copy(scrapesOf(B, 60))];
    const { lost, senders } = account([life([A, B], 60)], copies, 60);
    expect({ lost, senders }).toEqual({
      lost: 0, senders: { [A.name]: { answered: 12, missing: there.filter(is => !is).length }, [B.name]: { answered: 12, missing: 0 } },
    });
  }));
});

test('where both twins were away, somebody should have asked', () => {
  const asked = (time: number) => time < START + 20_000 || time >= START + 40_000;
  const { answers, ...rest } = life([A, B], 60);
  const scraped = { ...rest, answers: answers.filter(({ serial }) => asked(timeOf(serial))) };
  expect(account([scraped], [copy(scrapesOf(A, 60).filter(asked)), copy(scrapesOf(B, 60).filter(asked))], 60))
    .toMatchObject({ expected: 12, lost: 4, unscraped: 4, undelivered: 0, longestGap: 22.5 });
});

test('lateness within a fifth of the interval is no loss, and more is', () => {
  const late = (milliseconds: number) => {
    const times = scrapesOf(A, 60).map((time, slot) => (slot === 5 ? time + milliseconds : time));
    return account([{ ...life([A], 60), answers: times.map(time => ({ serial: serialAt(time), sender: A.name, userAgent: 'Prometheus/3' })) }], [copy(times)], 60).lost;
  };
  expect([late(1000), late(1100)]).toEqual([0, 1]);
});

test('samples that fit no answer are wrong, and fill no interval', () => {
  const times = scrapesOf(A, 60);
  const good = copy(times);
  const broken = (at: number, value: number, time = times[at]): Copy => ({
    labels: { tenant_id: 'a' }, times: times.map((each, slot) => (slot === at ? time : each)), values: (good.values as number[]).map((each, slot) => (slot === at ? value : each)),
  });
  const outcome = (wrong: Copy) => {
    const { wrong: count, wrongExamples, lost } = account([life([A], 60)], [wrong], 60);
    return [count, lost, wrongExamples[0]];
  };
  expect(outcome(broken(3, 0.5))).toEqual([1, 1, '{"tenant_id":"a"} has 0.5 at 2026-11-01T00:00:16.000Z: no answer had this value in this series.']);
  expect(outcome(broken(3, good.values[2]))).toEqual([1, 1, expect.stringContaining('the answer with this value was given at 2026-11-01T00:00:11.000Z.')]);
  expect(outcome(broken(3, valueOf(0, serialAt(times[3]) + 1)))).toEqual([1, 1, expect.stringContaining('the generator gave no such answer.')]);
  expect(account([life([A], 60)], [good, broken(3, good.values[3], times[3] + 1)], 60)).toMatchObject({
    wrong: 1, lost: 0, wrongExamples: [expect.stringContaining('another copy has it at 2026-11-01T00:00:16.000Z.')],
  });
});

test('an answer that one store has twice is a duplicate', () => {
  const times = scrapesOf(A, 60);
  expect(account([life([A], 60)], [copy([...times.slice(0, 3), times[2] + 1, ...times.slice(3)])], 60)).toMatchObject({ duplicates: 1, lost: 0, wrong: 0 });
});

test('a churning series is one series, if its label follows the time', () => {
  const load: Load = { series: 1, churning: 1, churnEvery: 20, fillers: 0 };
  const labelled = (times: number[], label: (time: number) => string) => times.map(time => copy([time], 0, { generation: label(time) }));
  const right = labelled(scrapesOf(A, 60), time => generationOf(load, serialAt(time)));
  expect(account([life([A], 60, load)], right, 60)).toMatchObject({ expected: 12, lost: 0, wrong: 0 });
  expect(account([life([A], 60, load)], labelled(scrapesOf(A, 60), () => '0'), 60)).toMatchObject({ lost: 12, wrong: 12 });
});

test('a target counts while its process ran, less what is excused by name', () => {
  const whole = life([A], 60);
  const stopped: Life = { ...whole, stopped: START + 20_000, answers: whole.answers.filter(({ serial }) => timeOf(serial) < START + 20_000) };
  const again: Life = { ...whole, started: START + 25_000, answers: whole.answers.filter(({ serial }) => timeOf(serial) >= START + 40_000) };
  const there = copy(scrapesOf(A, 60).filter(time => time < START + 20_000 || time >= START + 40_000));
  expect(account([stopped, again], [there], 60, { discovery: 15_000 })).toMatchObject({ expected: 8, lost: 0 });
  expect(account([whole], [there], 60)).toMatchObject({ expected: 12, lost: 4 });
  const excuses = [{ target: 'pod', from: START + 18_000, to: START + 41_000, reason: 'its zone was cut off' }];
  expect(account([whole], [there], 60, { excuses })).toMatchObject({ expected: 6, lost: 0 });
});

test('the last answers of a process that was killed are neither wrong nor counted', () => {
  const killed: Life = { ...life([A], 60), now: START + 30_000, answers: life([A], 30).answers };
  const next: Life = { ...life([A], 60), started: START + 60_000, now: START + 70_000, answers: [] };
  expect(account([killed, next], [copy(scrapesOf(A, 40))], 60)).toMatchObject({ expected: 6, lost: 0, wrong: 0, unremembered: 2 });
});

test('whoever asks that is no Prometheus does not count', () => {
  const { answers, ...rest } = life([A], 60);
  const curious = { serial: serialAt(START + 2000), sender: '10.0.0.9', userAgent: 'curl/8' };
  expect(Object.keys(account([{ ...rest, answers: [...answers, curious] }], [copy(scrapesOf(A, 60))], 60).senders)).toEqual([A.name]);
});

describe('what would make an account too good is refused', () => {
  const window = { from: START, to: START + 60_000 };
  test('a target that was asked too early', () => {
    expect(() => new Accounting({ window, interval: INTERVAL, lives: { pod: [{ ...life([A], 60), now: START + 50_000 }] } }))
      .toThrow('\'pod\' was last asked at 2026-11-01T00:00:50.000Z, before the window ends (2026-11-01T00:01:00.000Z); ask it again after its end.');
  });
  test('a series that was left out, counted twice, or of nobody', () => {
    const accounting = new Accounting({ window, interval: INTERVAL, lives: { pod: [life([A], 60, { ...LOAD, series: 2 })] } });
    accounting.add('pod', 0, []);
    expect(() => accounting.result()).toThrow('\'pod\' has 2 series, but 1 were counted.');
    expect(() => accounting.add('pod', 0, [])).toThrow('Series 0 of \'pod\' cannot be counted: it was counted before.');
    expect(() => accounting.add('other', 0, [])).toThrow('Series 0 of \'other\' cannot be counted: there are only pod.');
  });
  test('a load that changed', () => {
    expect(() => account([life([A], 60), life([A], 60, { ...LOAD, series: 3 })], [], 60)).toThrow('\'pod\' changed its load on the way; account for each load in a window of its own.');
  });
});

test('a million samples are counted in a few seconds', () => {
  const [series, seconds] = [1000, 1000];
  const load: Load = { ...LOAD, series };
  const accounting = new Accounting({ window: { from: START, to: START + seconds * 1000 }, interval: INTERVAL, lives: { pod: [life([A, B], seconds, load)] } });
  const copies = Array.from({ length: series }, (_, index) => [A, A, A, B, B].map(sender => copy(scrapesOf(sender, seconds), index)));
  const start = Date.now();
  copies.forEach((each, index) => accounting.add('pod', index, each));
  const took = Date.now() - start;
  expect(accounting.result()).toMatchObject({ samples: 1_000_000, expected: 200_000, lost: 0, wrong: 0 });
  expect(took).toBeLessThan(5000);
});
