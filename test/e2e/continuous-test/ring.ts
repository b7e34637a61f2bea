import { Duration } from 'cdk8s';
import { poll } from '../../programs/process';
import type { Report } from '../../programs/report';
import { Lab } from '../traps/lab';
import type { Process } from '../traps/process';
import { INGESTOR, startQuery, startRing } from '../traps/shapes';

const TEST = 'platform-continuous-test';
const PLATFORM = {
  ring: { members: 3, replicationFactor: 3 },
  continuousTest: {
    interval: Duration.seconds(1),
    agesRaw: [Duration.seconds(5), Duration.seconds(20)],
    checkInterval: Duration.seconds(2),
    confirmLossAfter: Duration.seconds(20),
  },
};
const AGES = ['5s', '20s'];
const PATIENCE = 120_000;

/** What the test has counted. */
interface Seen {
  readonly accepted: number;
  readonly failed: number;
  readonly unwritten: number;
  readonly written: number;
  readonly delay: number;
  /** By age. */
  readonly checked: readonly number[];
  readonly lost: readonly number[];
  readonly wrong: readonly number[];
}

async function look(test: Process): Promise<Seen> {
  const metric = (name: string, matchers = {}) => test.metric(`continuous_test_${name}`, matchers);
  const byAge = (name: string) => Promise.all(AGES.map(age => metric(name, { age })));
  return {
    accepted: await metric('writes_total', { result: 'accepted' }),
    failed: await metric('writes_total', { result: 'failed' }),
    unwritten: await metric('unwritten_samples_total'),
    written: await metric('written_samples_total'),
    delay: await metric('write_delay_seconds'),
    checked: await byAge('checked_samples_total'),
    lost: await byAge('lost_samples_total'),
    wrong: await byAge('wrong_samples_total'),
  };
}

/** Waits until the numbers are as they should be, and says which they were if that does not come. */
class Watch {
  constructor(private readonly report: Report, private readonly test: Process) {}

  public async until(what: string, holds: (seen: Seen) => boolean): Promise<Seen> {
    let seen = await look(this.test);
    await poll(async () => {
      seen = await look(this.test);
      return holds(seen) || undefined;
    }, PATIENCE);
    this.report.answer(what, holds(seen) ? undefined : JSON.stringify(seen));
    return seen;
  }
}

const intact = ({ lost, wrong, unwritten }: Seen) => [...lost, ...wrong, unwritten].every(count => count === 0);

/** The continuous test before a real ring: nothing is lost, then nothing can be written, then everything is lost. */
export function checkRing(report: Report): Promise<void> {
  return Lab.with(PLATFORM, async lab => {
    const { ingestors } = await startRing(lab, {});
    await startQuery(lab, 3);
    const watch = new Watch(report, await lab.start(TEST));
    const first = await watch.until('all is written and read back', seen => intact(seen) && seen.checked.every(count => count >= 1000));

    ingestors[0].started.kill();
    const second = await watch.until('an ingestor is killed: writing and reading go on', seen => intact(seen) && seen.failed === 0 && seen.accepted >= first.accepted + 15
      && seen.checked.every((count, age) => count >= first.checked[age] + 1000));

    ingestors[1].started.kill();
    const third = await watch.until('a second one is killed: failures are counted', seen => intact(seen) && seen.failed >= second.failed + 5 && seen.delay >= 5);
    const back = await Promise.all([0, 1].map(index => lab.start(INGESTOR, { index })));
    await watch.until('both are back: what was waiting is written, and all is read', seen => intact(seen) && seen.delay < 2
      && seen.checked.every((count, age) => count >= third.checked[age] + 1500));

    const all = [ingestors[2], ...back];
    all.forEach(({ started }) => started.kill());
    await Promise.all(all.map(({ started }) => started.ended));
    await loseAll(lab, watch, report);
  });
}

async function loseAll(lab: Lab, watch: Watch, report: Report): Promise<void> {
  const before = await watch.until('all are killed', seen => seen.failed > 0);
  await Promise.all([0, 1, 2].map(index => lab.start(INGESTOR, { index, flags: { 'tsdb.path': lab.folder() } })));
  const after = await watch.until('they are back with empty disks: reading goes on', seen => seen.delay < 2
    && seen.checked.every((count, age) => count >= before.checked[age] + (before.written - before.checked[age]) + 1000));
  AGES.forEach((age, index) => {
    const gone = before.written - before.checked[index];
    report.answer(`of the samples that were gone before they were read at ${age}, each is counted as lost (${gone})`,
      after.lost[index] === gone ? undefined : `${after.lost[index]} were counted`);
  });
}
