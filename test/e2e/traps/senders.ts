import { Lab } from './lab';
import { withFront, withTarget } from './neighbours';
import { ask, askNumber } from './process';
import { lostSamples, RemoteWrite, SenderConfig, sending, sendTo, startSender } from './sending';
import { allHeads, ONE_INGESTOR, SENDER, startQuery, startRing, TWIN } from './shapes';
import { Family, Seen, sleep } from './trap';

const SERIES = 50;

/** Twins that scrape the same target for some seconds; `config` is of both. */
function twins(options: { config?: (config: SenderConfig) => void; ingestorFlags?: Record<string, string> }): Promise<{ perSecond: number; lost: number }> {
  const config = (all: SenderConfig): void => {
    // Long enough for what the twins send to arrive in the wrong order.
    all.remote_write[0].queue_config.batch_send_deadline = '2s';
    options.config?.(all);
  };
  return withTarget(SERIES, target => Lab.with({ ...ONE_INGESTOR, targets: [target] }, async lab => {
    await startRing(lab, { ingestors: 1, ingestorFlags: options.ingestorFlags });
    const senders = await Promise.all([SENDER, TWIN].map(workload => startSender(lab, { workload, config })));
    await Promise.all(senders.map(sending));
    await sleep(12_000);
    const query = await startQuery(lab, 1);
    const perSecond = await askNumber(query.url(), 'max(count_over_time(trap{series="0"}[4s] offset 6s)) / 4', { dedup: 'false' });
    const lost = (await Promise.all(senders.map(lostSamples))).reduce((sum, samples) => sum + samples, 0);
    return { perSecond, lost };
  }));
}

const sameTenant = ({ remote_write: [remoteWrite] }: SenderConfig): void => { remoteWrite.headers = { 'THANOS-TENANT': 'all' }; };

async function doubled(config?: (config: SenderConfig) => void): Promise<Seen> {
  const { perSecond, lost } = await twins({ config });
  // Where both scrape in the same millisecond, as two on one machine may, the later sample is refused in the place of being kept.
  return { text: `a series scraped every second by each twin held ${perSecond} samples a second, and ${lost} samples were refused`, harm: perSecond > 1.1 || lost > 0 };
}

async function refused(config?: (config: SenderConfig) => void): Promise<Seen> {
  const { lost } = await twins({ config, ingestorFlags: { 'tsdb.out-of-order.time-window': '0s' } });
  return { text: `${lost} samples of the twins were refused`, harm: lost > 0 };
}

/** What arrives of what a sender reports as sent. */
function message(version: string | undefined): Promise<Seen> {
  return withTarget(SERIES, target => Lab.with({ ...ONE_INGESTOR, targets: [target] }, async lab => {
    const { ingestors } = await startRing(lab, { ingestors: 1 });
    const config = ({ remote_write: [remoteWrite] }: SenderConfig): void => { remoteWrite.protobuf_message = version ?? remoteWrite.protobuf_message; };
    const sender = await startSender(lab, { config });
    await sending(sender);
    await sleep(3000);
    const heads = await allHeads(ingestors);
    const sent = await sender.metric('prometheus_remote_storage_samples_total');
    return { text: `of ${sent} samples sent ${await lostSamples(sender)} were counted as failed, and ${heads} series were in the head`, harm: sent > 0 && heads === 0 };
  }));
}

interface Behind {
  readonly shards: number;
  /** Seconds, by what was scraped. */
  readonly scraped: number;
  /** Seconds, by what stands in a shard. */
  readonly queued: number;
}

/** How far a sender falls behind a receiver that takes 300 ms a request, with 1000 samples a second. */
function behind(change: (remoteWrite: RemoteWrite) => void): Promise<Behind> {
  return withTarget(1000, target => Lab.with({ ...ONE_INGESTOR, targets: [target] }, async lab => {
    const { url } = await startRing(lab, { ingestors: 1 });
    return withFront(url, () => sleep(300).then(() => undefined), async receiver => {
      const sender = await startSender(lab, {
        config: ({ remote_write: [remoteWrite] }) => {
          sendTo(remoteWrite, receiver);
          change(remoteWrite);
        },
      });
      await sending(sender);
      await sleep(12_000);
      const metric = (name: string): Promise<number> => sender.metric(`prometheus_remote_storage_${name}`);
      const [sent, scraped, queued, shards] = await Promise.all(['queue_highest_sent_timestamp_seconds', 'highest_timestamp_in_seconds', 'queue_highest_timestamp_seconds', 'shards_max'].map(metric));
      return { shards, scraped: scraped - sent, queued: queued - sent };
    });
  }));
}

const tooSmall = ({ queue_config: config }: RemoteWrite): void => { Object.assign(config, { max_samples_per_send: 100, capacity: 500, max_shards: 1 }); };

async function queue(change: (remoteWrite: RemoteWrite) => void): Promise<Seen> {
  const { shards, scraped } = await behind(change);
  return { text: `with at most ${shards} shards for 1000 samples a second, the sender was ${scraped.toFixed(0)} s behind after 12 s`, harm: scraped > 4 };
}

async function lag(by: 'scraped' | 'queued'): Promise<Seen> {
  const seen = (await behind(tooSmall))[by];
  return { text: `a sender whose backlog grows by two thirds of a second each second was ${seen.toFixed(0)} s behind after 12 s`, harm: seen < 4 };
}

/** What becomes of metadata. */
function metadata(send: boolean): Promise<Seen> {
  return withTarget(1, target => Lab.with({ ...ONE_INGESTOR, targets: [target] }, async lab => {
    await startRing(lab, { ingestors: 1 });
    const sender = await startSender(lab, {
      config: ({ remote_write: [remoteWrite] }) => {
        remoteWrite.metadata_config = send ? { send, send_interval: '2s' } : remoteWrite.metadata_config;
      },
    });
    await sending(sender);
    await sleep(4000);
    const query = await startQuery(lab, 1);
    const known = Object.keys((await (await fetch(`${query.url()}/api/v1/metadata`)).json() as { data: object }).data).length;
    const sent = await sender.metric('prometheus_remote_storage_metadata_total');
    return { text: `${sent} entries of metadata were sent, and Query knew ${known}`, harm: sent > 0 && known === 0 };
  }));
}

/** What becomes of exemplars that are sent. */
function exemplars(ingestorFlags: Record<string, string>): Promise<Seen> {
  const prometheus = { sendExemplars: true };
  return withTarget(1, target => Lab.with({ ring: { ...ONE_INGESTOR.ring, ingestor: { maxExemplars: 1000 } }, prometheus, targets: [target] }, async lab => {
    await startRing(lab, { ingestors: 1, ingestorFlags });
    const sender = await startSender(lab);
    await sending(sender);
    await sleep(3000);
    const query = await startQuery(lab, 1);
    const parameters = new URLSearchParams({ query: 'shown_total', start: String(Date.now() / 1000 - 60), end: String(Date.now() / 1000) });
    const answer = await (await fetch(`${query.url()}/api/v1/query_exemplars?${parameters}`)).json() as { data?: { exemplars: unknown[] }[] };
    const kept = (answer.data ?? []).flatMap(({ exemplars: some }) => some).length;
    const sent = await sender.metric('prometheus_remote_storage_exemplars_total');
    return { text: `of ${sent} exemplars sent Query found ${kept}`, harm: sent > 0 && kept === 0 };
  }));
}

/** Native histograms of the sender's own, which scrapes itself. */
function histograms(prometheus: { sendNativeHistograms?: boolean }): Promise<Seen> {
  return Lab.with({ ...ONE_INGESTOR, prometheus, targets: ['127.0.0.1:9090'] }, async lab => {
    await startRing(lab, { ingestors: 1 });
    const own = await lab.address(SENDER, 0, 9090);
    const sender = await startSender(lab, {
      config: config => {
        config.global.scrape_native_histograms = true;
        config.scrape_configs = [{ job_name: 'own', scrape_interval: '1s', scrape_timeout: '1s', static_configs: [{ targets: [own] }] }];
      },
    });
    await sending(sender);
    await sleep(3000);
    const query = await startQuery(lab, 1);
    const { results } = await ask(query.url(), 'histogram_count(prometheus_http_request_duration_seconds)');
    return { text: `${results.length} native histograms of the scraped program were found by Query`, harm: results.length === 0 };
  });
}

const REMOTE_WRITE = 'Prometheus docs, remote_write';

/** What senders are told. */
export const SENDERS: Family = {
  name: 'senders',
  traps: [{
    name: 'remote-write-2',
    rule: 'Thanos 0.42 takes a message of remote write 2.0 for one without series, answers 200, and all is lost.',
    source: 'Thanos 0.42.4, pkg/receive/handler.go, receiveHTTP',
    how: 'protobuf_message: io.prometheus.write.v2.Request',
    ours: 'prometheus.WriteRequest, written out',
    broken: () => message('io.prometheus.write.v2.Request'),
    right: () => message(undefined),
  }, {
    name: 'twins-of-one-identity',
    rule: 'Senders of the same targets must differ in a tenant (or a label), or each series holds the samples of all of them for ever.',
    source: 'derivation from Thanos docs, Receive',
    how: 'the same tenant for both twins',
    ours: 'each twin is a tenant of its own',
    broken: () => doubled(sameTenant),
    right: () => doubled(),
  }, {
    name: 'twins-of-one-identity-without-window',
    rule: 'Without an out-of-order window such senders refuse each other\'s samples with 409.',
    source: 'Thanos 0.42.4, pkg/receive/writer.go',
    how: 'the same tenant for both twins, --tsdb.out-of-order.time-window=0s',
    ours: 'each twin is a tenant of its own',
    broken: () => refused(sameTenant),
    right: () => refused(),
  }, {
    name: 'shards-below-the-need',
    rule: 'A queue sends at most max_shards × max_samples_per_send ÷ latency samples a second; below what is scraped it never catches up.',
    source: `${REMOTE_WRITE}; docs/practices/remote_write`,
    how: 'max_shards: 1 with max_samples_per_send: 100, 1000 samples a second, 300 ms a request',
    ours: 'both follow from the load, the latency and the time to catch up; too few by hand are an error (queue-never-catches-up)',
    broken: () => queue(tooSmall),
    right: () => queue(() => undefined),
  }, {
    name: 'lag-that-leaves-out-the-wal',
    rule: 'prometheus_remote_storage_queue_highest_timestamp_seconds moves when a sample enters a shard: a lag from it leaves out all that waits in the WAL. '
      + 'Take prometheus_remote_storage_highest_timestamp_in_seconds, though its help calls it deprecated.',
    source: 'Prometheus 3.14, storage/remote/queue_manager.go, shards.enqueue and write.go',
    how: 'the lag of a sender that falls behind, by either metric',
    ours: 'to be kept in mind where the lag is shown or alerted on',
    broken: () => lag('queued'),
    right: () => lag('scraped'),
  }, {
    name: 'metadata-for-nobody',
    rule: 'Receive throws metadata away.',
    source: 'Thanos 0.42.4, pkg/receive/handler.go',
    how: 'metadata_config: {send: true}',
    ours: 'metadata_config: {send: false} towards Receive',
    broken: () => metadata(true),
    right: () => metadata(false),
  }, {
    name: 'exemplars-without-room',
    rule: 'Receive drops exemplars unless --tsdb.max-exemplars is above 0.',
    source: 'Thanos docs, Receive, flags',
    how: 'sendExemplars, with --tsdb.max-exemplars=0',
    ours: 'nothing is sent by default; with maxExemplars they arrive',
    broken: () => exemplars({ 'tsdb.max-exemplars': '0' }),
    right: () => exemplars({}),
  }, {
    name: 'native-histograms-not-sent',
    rule: 'Remote write 1.0 leaves native histograms out unless send_native_histograms is true.',
    source: REMOTE_WRITE,
    how: 'scrape_native_histograms without send_native_histograms',
    ours: 'classic histograms by default; with the prop sendNativeHistograms they arrive',
    broken: () => histograms({}),
    right: () => histograms({ sendNativeHistograms: true }),
  }],
};
