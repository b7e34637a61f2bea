import { Lab } from './lab';
import { withTarget } from './neighbours';
import { Process } from './process';
import { caughtUp, editConfig, longestGap, lostSamples, SenderConfig, SenderOptions, sending, startSender } from './sending';
import { ONE_INGESTOR, ROUTER, SENDER, startQuery, startRing, TWIN } from './shapes';
import { Family, Seen, sleep } from './trap';

const OUTAGE = 10_000;
const HARMFUL_GAP = 7;

/** So small a queue leaves the backlog in the WAL. */
function smallQueue({ remote_write: [{ queue_config: queue }] }: SenderConfig): void {
  queue.max_samples_per_send = 20;
  queue.capacity = 40;
}

interface OutageOptions {
  readonly sender?: SenderOptions;
  readonly twin?: boolean;
  /** What happens to the first sender while the receiver is away. @default - nothing */
  readonly during?: (lab: Lab, sender: Process) => Promise<Process>;
}

/** Senders through an outage of the receiver. */
function throughOutage({ sender: options, twin, during }: OutageOptions): Promise<Seen> {
  return withTarget(20, target => Lab.with({ ...ONE_INGESTOR, targets: [target] }, async lab => {
    const { router } = await startRing(lab, { ingestors: 1 });
    let sender = await startSender(lab, options);
    const other = twin ? await startSender(lab, { workload: TWIN }) : undefined;
    await Promise.all([sending(sender), other && sending(other)]);
    await sleep(2000);
    await router.started.stop();
    await sleep(OUTAGE);
    sender = await during?.(lab, sender) ?? sender;
    await sleep(2000);
    await lab.start(ROUTER);
    const query = await startQuery(lab, 1);
    await caughtUp(query);
    await sleep(2000);
    const gap = await longestGap(query);
    const lost = await lostSamples(sender);
    return { text: `scraped every second, the longest gap after an outage of 12 s was ${gap.toFixed(1)} s; the sender itself counted ${lost} samples as lost`, harm: gap > HARMFUL_GAP };
  }));
}

async function restart(lab: Lab, sender: Process): Promise<Process> {
  await sender.started.stop(5000);
  return startSender(lab);
}

const reload = (change: (config: SenderConfig) => void) => async (lab: Lab, sender: Process): Promise<Process> => {
  await lab.rewrite(SENDER, 'prometheus.yaml', text => editConfig(text, change));
  const { status } = await fetch(`${sender.url('web')}/-/reload`, { method: 'POST' });
  if (status !== 200) throw new Error(`The reload was answered ${status}:\n${sender.started.output.slice(-800)}`);
  return sender;
};

const WATCHER = 'Prometheus 3.14, tsdb/wlog/watcher.go';

/** What outlives an outage of the receiver. */
export const OUTAGES: Family = {
  name: 'outages',
  traps: [{
    name: 'restart-loses-the-backlog',
    rule: 'A sender does not send what its WAL held before it started: one that restarts during an outage of the receiver loses the outage, and only a twin has it.',
    source: `${WATCHER}; prometheus/prometheus, issue 8809`,
    how: 'one sender in the place of twins, restarted during the outage',
    ours: 'twins by default, in StatefulSets that roll one after the other',
    broken: () => throughOutage({ during: restart }),
    right: () => throughOutage({ during: restart, twin: true }),
  }, {
    name: 'new-remote-write-loses-the-backlog',
    rule: 'A reload that changes anything of remote_write starts a new queue, which sends nothing of what the old one still had.',
    source: `${WATCHER}; storage/remote/write.go, ApplyConfig`,
    how: 'max_samples_per_send changed by a reload during the outage; beside it, a reload that changes scrape jobs only',
    ours: 'queues follow from the plan, so that jobs come and go without them; a change of both twins by one apply, during an outage, loses it',
    broken: () => throughOutage({ during: reload(config => { config.remote_write[0].queue_config.max_samples_per_send = 1999; }) }),
    right: () => throughOutage({ during: reload(config => { config.scrape_configs.push({ job_name: 'further' }); }) }),
  }, {
    name: 'new-external-labels-lose-the-backlog',
    rule: 'A reload that changes external_labels starts new queues too.',
    source: 'Prometheus 3.14, storage/remote/write.go, ApplyConfig',
    how: 'a further external label by a reload during the outage',
    ours: 'nothing: a change of both twins by one apply, during an outage, loses it',
    broken: () => throughOutage({ during: reload(config => { config.global.external_labels.region = 'north'; }) }),
  }, {
    name: 'wal-truncated-during-the-outage',
    rule: 'An agent truncates its WAL every so often, sent or not: --storage.agent.wal-truncate-frequency must be twice the outage.',
    source: 'Prometheus 3.14, tsdb/agent/db.go, truncate',
    how: '--storage.agent.wal-truncate-frequency=1s with an outage of 12 s',
    ours: 'twice the workload\'s outage; a shorter one by hand is an error (wal-shorter-than-outage)',
    broken: () => throughOutage({ sender: { config: smallQueue, flags: { 'storage.agent.wal-truncate-frequency': '1s' } } }),
    right: () => throughOutage({ sender: { config: smallQueue } }),
  }, {
    name: 'sample-age-limit-below-the-outage',
    rule: 'sample_age_limit drops what waited longer, and so must be beyond the outage.',
    source: 'Prometheus docs, remote_write; storage/remote/queue_manager.go',
    how: 'sample_age_limit: 3s with an outage of 12 s',
    ours: 'not set, so that samples are sent at any age; a prop below the outage is an error (sample-age-below-outage)',
    broken: () => throughOutage({ sender: { config: config => { config.remote_write[0].queue_config.sample_age_limit = '3s'; } } }),
    right: () => throughOutage({}),
  }],
};
