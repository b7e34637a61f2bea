import * as fs from 'node:fs';
import * as path from 'node:path';
import { Lab } from './lab';
import { withFront, withTarget, withTargets } from './neighbours';
import { ask, askNumber, Process } from './process';
import { editConfig, lostSamples, RemoteWrite, SenderConfig, sending, sendTo, startSender } from './sending';
import { allHeads, ONE_INGESTOR, SENDER, startQuery, startRing, TWIN } from './shapes';
import { Family, Seen, sleep } from './trap';
import { poll } from '../../programs/process';

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
    await sleep(7000);
    const query = await startQuery(lab, 1);
    const perSecond = await askNumber(query.url(), 'max(count_over_time(trap{series="0"}[4s] offset 2s)) / 4', { dedup: 'false' });
    const lost = (await Promise.all(senders.map(lostSamples))).reduce((sum, samples) => sum + samples, 0);
    return { perSecond, lost };
  }));
}

const sameTenant = ({ remote_write: [remoteWrite] }: SenderConfig): void => { remoteWrite.headers = { 'THANOS-TENANT': 'all' }; };

async function doubled(config?: (config: SenderConfig) => void): Promise<Seen> {
  const { perSecond } = await twins({ config });
  return { text: `a series scraped every second by each twin held ${perSecond} samples a second`, harm: perSecond > 1.5 };
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

/** How far a sender falls behind a receiver that takes 300 ms a request. */
function queue(change: (remoteWrite: RemoteWrite) => void): Promise<Seen> {
  return withTarget(1000, target => Lab.with({ ...ONE_INGESTOR, targets: [target] }, async lab => {
    const { url } = await startRing(lab, { ingestors: 1 });
    return withFront(url, () => sleep(300).then(() => undefined), async receiver => {
      const sender = await startSender(lab, { config: ({ remote_write: [remoteWrite] }) => {
        sendTo(remoteWrite, receiver);
        change(remoteWrite);
      } });
      await sending(sender);
      await sleep(10_000);
      const sent = await sender.metric('prometheus_remote_storage_queue_highest_sent_timestamp_seconds');
      const behind = await sender.metric('prometheus_remote_storage_highest_timestamp_in_seconds') - sent;
      // What stands in the WAL and in no shard yet is not seen by the metric that Prometheus recommends in its place.
      const seen = await sender.metric('prometheus_remote_storage_queue_highest_timestamp_seconds') - sent;
      const shards = await sender.metric('prometheus_remote_storage_shards_max');
      return { text: `with at most ${shards} shards for 1000 samples a second, the sender was ${behind.toFixed(1)} s behind after 10 s (${seen.toFixed(1)} s by prometheus_remote_storage_queue_highest_timestamp_seconds)`, harm: behind > 4 };
    });
  }));
}

interface Targets {
  readonly data: { readonly activeTargets: readonly { readonly labels: Readonly<Record<string, string>> }[] };
}

async function targetsOf(sender: Process): Promise<number> {
  const answer = await (await fetch(`${sender.url('web')}/api/v1/targets`)).json() as Targets;
  return answer.data.activeTargets.length;
}

/** How many targets so many pods scrape, where the configuration is made for `shards`. */
function scaled(pods: number, shards: number): Promise<Seen> {
  return withTargets(12, 1, targets => Lab.with({ ...ONE_INGESTOR, targets, prometheus: { shards } }, async lab => {
    const senders = await Promise.all(Array.from({ length: pods }, (_, index) => startSender(lab, { index })));
    await Promise.all(senders.map(sender => poll(async () => await targetsOf(sender) > 0 || undefined, 8000)));
    const scraped = await Promise.all(senders.map(targetsOf));
    const all = scraped.reduce((sum, count) => sum + count, 0);
    return { text: `with modulus ${shards}, ${pods} pods scraped ${scraped.join(' + ')} of 12 targets`, harm: all < 12 };
  }));
}

/** Series of targets before and after the senders' shards grow from 1 to 2, where the shard's number is a label of all series or not. */
function reshard(change: (config: SenderConfig) => void): Promise<Seen> {
  return withTargets(8, 10, targets => {
    const heads = async (lab: Lab, shards: number): Promise<number> => {
      const senders = await Promise.all(Array.from({ length: shards }, (_, index) => startSender(lab, { index, config: all => {
        change(all);
        all.scrape_configs = JSON.parse(JSON.stringify(all.scrape_configs).replace(/"modulus":\d+/, `"modulus":${shards}`)) as SenderConfig['scrape_configs'];
      } })));
      await Promise.all(senders.map(sending));
      await sleep(3000);
      const query = await startQuery(lab, 1);
      const count = await askNumber(query.url(), 'count(last_over_time(trap[5m]))');
      await Promise.all([...senders, query].map(({ started }) => started.stop()));
      return count;
    };
    return Lab.with({ ...ONE_INGESTOR, targets, prometheus: { shards: 2 } }, async lab => {
      await startRing(lab, { ingestors: 1 });
      const before = await heads(lab, 1);
      const after = await heads(lab, 2);
      return { text: `the same targets had ${before} series with one shard, and ${after} when there were two`, harm: after > before };
    });
  });
}

/** Changes a ConfigMap as the kubelet does: a new folder, a link that is renamed, the old folder deleted. */
function project(folder: string, name: string, text: string): void {
  const data = fs.mkdtempSync(path.join(folder, '..'));
  const version = path.join(folder, `..${path.basename(data)}`);
  fs.renameSync(data, version);
  fs.writeFileSync(path.join(version, name), text);
  const link = path.join(folder, '..data');
  const old = fs.existsSync(link) ? fs.readlinkSync(link) : undefined;
  fs.symlinkSync(path.basename(version), `${link}_tmp`);
  fs.renameSync(`${link}_tmp`, link);
  if (old) fs.rmSync(path.join(folder, old), { recursive: true });
}

/** Two changes of the configuration, and whether the config-reloader saw the second one. */
function reloader(watched: boolean): Promise<Seen> {
  return Lab.with({}, async lab => {
    await startSender(lab);
    const file = await lab.file(SENDER, 'prometheus.yaml');
    const folder = path.dirname(file);
    const text = fs.readFileSync(file, 'utf8');
    fs.rmSync(file);
    const name = path.basename(file);
    project(folder, name, text);
    fs.symlinkSync(path.join('..data', name), file);
    const sidecar = await lab.startSidecar(SENDER, 'config-reloader', { flags: watched ? {} : { 'watched-dir': undefined } });
    const reloads = (): number => sidecar.started.output.split('Reload triggered').length - 1;
    const seen = async (change: number): Promise<boolean> => {
      const before = reloads();
      project(folder, name, editConfig(text, config => { config.global.external_labels.change = String(change); }));
      return await poll(async () => reloads() > before || undefined, 6000) ?? false;
    };
    await poll(async () => reloads() > 0 || undefined, 5000);
    const first = await seen(1);
    const second = await seen(2);
    const word = (was: boolean): string => was ? 'seen within 6 s' : 'not seen within 6 s';
    return { text: `the first change of the ConfigMap was ${word(first)}, the second ${word(second)}`, harm: !second };
  });
}

/** What becomes of metadata. */
function metadata(send: boolean): Promise<Seen> {
  return withTarget(1, target => Lab.with({ ...ONE_INGESTOR, targets: [target] }, async lab => {
    await startRing(lab, { ingestors: 1 });
    const sender = await startSender(lab, { config: ({ remote_write: [remoteWrite] }) => {
      remoteWrite.metadata_config = send ? { send, send_interval: '2s' } : remoteWrite.metadata_config;
    } });
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
    const sender = await startSender(lab, { config: config => {
      config.global.scrape_native_histograms = true;
      config.scrape_configs = [{ job_name: 'own', scrape_interval: '1s', scrape_timeout: '1s', static_configs: [{ targets: [own] }] }];
    } });
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
    ours: 'both follow from the load, the latency and the time to catch up',
    broken: () => queue(({ queue_config: config }) => { Object.assign(config, { max_samples_per_send: 100, capacity: 500, max_shards: 1 }); }),
    right: () => queue(() => undefined),
  }, {
    name: 'pods-without-the-modulus',
    rule: 'Pods and modulus change together: fewer pods than the modulus leave targets unscraped.',
    source: 'Prometheus docs, relabel_config, hashmod',
    how: 'one pod with a modulus of 2, as after kubectl scale',
    ours: 'the prop shards is the only edit, and decides both',
    broken: () => scaled(1, 2),
    right: () => scaled(2, 2),
  }, {
    name: 'shard-label-reaches-receive',
    rule: 'The number of a shard must not be a label of its series: each reshard makes new ones of all that move.',
    source: 'derivation from prometheus-operator, prometheusExternalLabelName and shards',
    how: 'external_labels: {shard: $(STATEFULSET_ORDINAL_NUMBER)}, one shard and then two',
    ours: 'no such label; one by hand is an error',
    broken: () => reshard(config => { config.global.external_labels.shard = '$(STATEFULSET_ORDINAL_NUMBER)'; }),
    right: () => reshard(() => undefined),
  }, {
    name: 'reloader-without-watched-dir',
    rule: 'With the file alone, the config-reloader sees the first change of a ConfigMap and then none until its watch interval of 3 minutes.',
    source: 'prometheus-config-reloader 0.93; Thanos, pkg/reloader',
    how: '--watched-dir left out',
    ours: 'the folder is watched',
    broken: () => reloader(false),
    right: () => reloader(true),
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
