import * as fs from 'node:fs';
import * as path from 'node:path';
import { Lab } from './lab';
import { askNumber } from './process';
import { ONE_INGESTOR, startQuery, startRing } from './shapes';
import { Family, Seen, sleep } from './trap';
import { someSeries, write } from './wire';
import { programPath } from '../../programs/build';
import { freePorts, poll, Started } from '../../programs/process';

const SERIES = 100;

/** A ruler without storage of its own, by plain arguments: there is no construct for it. */
interface Ruler {
  readonly rules: string;
  readonly reload: () => Promise<unknown>;
  readonly metric: (name: string) => Promise<number>;
}

const rules = (name: string, strategy?: string): string => JSON.stringify({
  groups: [{ name: 'traps', interval: '1s', ...strategy && { partial_response_strategy: strategy }, rules: [{ record: name, expr: 'count(trap)' }] }],
});

interface RulerOptions {
  readonly query: string;
  readonly receiver: string;
  readonly text: string;
  readonly replica?: string;
  /** Steps over the labels of what it writes. */
  readonly relabel?: readonly object[];
}

/** Starts a ruler; it ends with `work`. */
async function withRuler<T>(folder: string, options: RulerOptions, work: (ruler: Ruler) => Promise<T>): Promise<T> {
  const { query, receiver, text, replica = 'r0', relabel = [] } = options;
  const [http, grpc] = await freePorts(2);
  const file = path.join(folder, 'rules.yaml');
  fs.writeFileSync(file, text);
  const remoteWrite = [{ url: `${receiver}/api/v1/receive`, write_relabel_configs: relabel, queue_config: { batch_send_deadline: '200ms' } }];
  const started = new Started(programPath('thanos'), [
    'rule', `--http-address=127.0.0.1:${http}`, `--grpc-address=127.0.0.1:${grpc}`, `--data-dir=${folder}/data`, `--rule-file=${file}`,
    `--query=${query.replace('http://', '')}`, `--label=rule_replica="${replica}"`, `--remote-write.config=${JSON.stringify({ remote_write: remoteWrite })}`,
  ], { cwd: folder });
  try {
    const url = `http://127.0.0.1:${http}`;
    const ready = await poll(async () => started.hasEnded ? false : (await fetch(`${url}/-/ready`)).ok || undefined, 20_000);
    if (!ready) throw new Error(`The ruler did not become ready:\n${started.output.slice(-1500)}`);
    const metric = async (name: string): Promise<number> => {
      const lines = (await (await fetch(`${url}/metrics`)).text()).split('\n').filter(line => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
      return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
    };
    return await work({ rules: file, metric, reload: () => fetch(`${url}/-/reload`, { method: 'POST' }) });
  } finally {
    await started.stop();
  }
}

/** A ring without copies, of which one member goes. */
function goneReceiver(strategy: string | undefined): Promise<Seen> {
  return Lab.with({ ring: { members: 2, replicationFactor: 1 } }, async lab => {
    const { url, ingestors } = await startRing(lab, { ingestors: 2 });
    await write(url, someSeries(SERIES));
    const query = await startQuery(lab, 2);
    return withRuler(lab.folder(), { query: query.url(), receiver: url, text: rules('traps:count', strategy) }, async ({ metric }) => {
      await poll(async () => await metric('prometheus_rule_evaluations_total') > 1 || undefined, 10_000);
      ingestors[0].started.kill();
      await sleep(12_000);
      const during = await metric('prometheus_rule_evaluation_failures_total');
      await sleep(4000);
      const after = await metric('prometheus_rule_evaluation_failures_total') - during;
      return { text: `in the 12 s after an ingestor was gone ${during} of 12 evaluations failed, and ${after} of the 4 that followed`, harm: during > 0 };
    });
  });
}

/** A rule file that changes. */
function changedRules(told: boolean): Promise<Seen> {
  return Lab.with(ONE_INGESTOR, async lab => {
    const { url } = await startRing(lab, { ingestors: 1 });
    const query = await startQuery(lab, 1);
    return withRuler(lab.folder(), { query: query.url(), receiver: url, text: rules('before') }, async ({ rules: file, metric, reload }) => {
      fs.writeFileSync(file, JSON.stringify({ groups: [{ name: 'one', rules: [] }, { name: 'two', rules: [] }] }));
      const before = await metric('thanos_rule_loaded_rules');
      if (told) await reload();
      await sleep(3000);
      const after = await metric('thanos_rule_loaded_rules');
      return { text: `3 s after the file had no rules any more ${after} of ${before} were evaluated`, harm: after > 0 };
    });
  });
}

/** Two rulers of the same rules. */
function twoRulers(relabel: readonly object[]): Promise<Seen> {
  return Lab.with(ONE_INGESTOR, async lab => {
    const { url } = await startRing(lab, { ingestors: 1 });
    await write(url, someSeries(SERIES));
    const query = await startQuery(lab, 1);
    const common = { query: query.url(), receiver: url, text: rules('traps:count'), relabel };
    return withRuler(lab.folder(), { ...common, replica: 'r0' }, () => withRuler(lab.folder(), { ...common, replica: 'r1' }, async () => {
      const recorded = (): Promise<number> => askNumber(query.url(), 'count(traps:count)', { dedup: 'false' });
      await poll(async () => await recorded() > 0 || undefined, 30_000);
      // The series of the other one, if it has its own.
      await poll(async () => await recorded() > 1 || undefined, 15_000);
      const series = await recorded();
      return { text: `one recorded series stood in the ring ${series} times`, harm: series > 1 };
    }));
  });
}

const RULE = 'Thanos docs, Rule';
const NOTHING_YET = 'nothing yet: there is no construct for a ruler';

/** What rulers do; all by plain arguments, for there is no construct for them yet. */
export const RULING: Family = {
  name: 'ruling',
  traps: [{
    name: 'ruler-aborts-on-a-gone-receiver',
    rule: 'A rule fails while Query knows of an endpoint that does not answer, unless its group has partial_response_strategy: warn.',
    source: RULE,
    how: 'a ring without copies, one of two ingestors killed',
    ours: `${NOTHING_YET}; with warn`,
    broken: () => goneReceiver(undefined),
    right: () => goneReceiver('warn'),
  }, {
    name: 'rules-are-not-watched',
    rule: 'A ruler reads its rule files when it is told, by SIGHUP or POST /-/reload, and does not watch them.',
    source: RULE,
    how: 'a rule file changed; beside it, with a reload',
    ours: NOTHING_YET,
    broken: () => changedRules(false),
    right: () => changedRules(true),
  }, {
    name: 'ruler-replica-on-series',
    rule: 'The replica label of a stateless ruler becomes a label of what it writes, so each ruler has series of its own for ever; write_relabel_configs that drop it make them one.',
    source: `${RULE}, stateless ruler`,
    how: 'two rulers with --label=rule_replica; beside it, with a labeldrop of it',
    ours: NOTHING_YET,
    broken: () => twoRulers([]),
    right: () => twoRulers([{ action: 'labeldrop', regex: 'rule_replica' }]),
  }],
};
