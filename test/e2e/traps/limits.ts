import { parse, stringify } from 'yaml';
import { Lab } from './lab';
import { withFront, withHeadSeries, withTarget } from './neighbours';
import { lostSamples, RemoteWrite, sending, sendTo, startSender } from './sending';
import { allHeads, ONE_INGESTOR, Ring, RingOptions, startRing, withRing } from './shapes';
import { Family, Seen, sleep } from './trap';
import { someSeries, write } from './wire';

const SERIES = 200;
const TENANT = 'THANOS-TENANT';
/** So often Receive asks how many series a tenant has. */
const LIMITER_INTERVAL = 15_000;

/** The limits file, as far as traps change it. */
interface Limits {
  write: {
    global: { max_concurrency: number; meta_monitoring_url?: string; meta_monitoring_limit_query?: string };
    default: { request: Record<string, number>; head_series_limit: number };
  };
}

const editLimits = (change: (limits: Limits) => void) => (text: string, file: string): string => {
  if (file !== 'limits.yaml') return text;
  const limits = parse(text) as Limits;
  change(limits);
  return stringify(limits);
};

/** A head limit, which Receive compares with what a monitoring Prometheus answers. */
const headLimit = (address: string, limit: number) => editLimits(({ write: { global, default: everyone } }) => {
  global.meta_monitoring_url = `http://${address}`;
  everyone.head_series_limit = limit;
});

const ONE: RingOptions = { ...ONE_INGESTOR, ingestors: 1 };

/** A sender whose batches meet the limits of a request. */
function batches(change: (limits: Limits) => void): Promise<Seen> {
  return withTarget(SERIES, target => Lab.with({ ...ONE_INGESTOR, targets: [target] }, async lab => {
    const ring = await startRing(lab, { ...ONE, routerOptions: { files: editLimits(change) } });
    const sender = await startSender(lab);
    await sending(sender);
    await sleep(2000);
    const lost = await lostSamples(sender);
    const arrived = await allHeads(ring.ingestors);
    const status = (/server returned HTTP status (\d+ [\w ]+\w)/.exec(sender.started.output) ?? [])[1] ?? 'nothing else than 200';
    return { text: `the receiver answered ${status}; the sender lost ${lost} samples, and ${arrived} series were in the head`, harm: lost > 0 };
  }));
}

/** A receiver that answers 429 for some seconds. */
function tooMany(change: (remoteWrite: RemoteWrite) => void): Promise<Seen> {
  return withTarget(20, target => Lab.with({ ...ONE_INGESTOR, targets: [target] }, async lab => {
    const ring = await startRing(lab, ONE);
    let status: number | undefined = 429;
    return withFront(ring.url, async () => status, async receiver => {
      const sender = await startSender(lab, {
        config: ({ remote_write: [remoteWrite] }) => {
          sendTo(remoteWrite, receiver);
          change(remoteWrite);
        },
      });
      await sending(sender);
      await sleep(3000);
      status = undefined;
      await sleep(3000);
      const sent = await sender.metric('prometheus_remote_storage_samples_total');
      return { text: `of ${sent} samples ${await lostSamples(sender)} were lost, and ${await sender.metric('prometheus_remote_storage_samples_retried_total')} sent again`, harm: await lostSamples(sender) > 0 };
    });
  }));
}

/** What a tenant that has reached its limit can still write to series that it has. */
async function knownSeries(limit: number): Promise<Seen> {
  let known = 0;
  return withHeadSeries(() => ({ a: known }), monitoring => {
    const options: RingOptions = { ...ONE, routerOptions: limit === 0 ? {} : { files: headLimit(monitoring, limit) } };
    return withRing(options, async ({ url, ingestors }) => {
      const first = await write(url, someSeries(SERIES), { [TENANT]: 'a' });
      known = SERIES;
      await sleep(limit === 0 ? 0 : LIMITER_INTERVAL + 1000);
      const { status, body } = await write(url, someSeries(SERIES), { [TENANT]: 'a' });
      const heads = await allHeads(ingestors);
      return { text: `a tenant wrote ${SERIES} series (${first.status}), and then a further sample of each: the answer was ${[status, body].join(' ').trim()}, with ${heads} series in the head`, harm: status === 429 };
    });
  });
}

/** The tenant is named by a label of the series, and the limiter looks at the header. */
async function splitTenant(byLabel: boolean): Promise<Seen> {
  return withHeadSeries(() => ({ a: 10_000 }), monitoring => {
    const flags = byLabel ? { 'receive.split-tenant-label-name': 'prometheus_replica' } : {};
    return withRing({ ...ONE, routerOptions: { flags, files: headLimit(monitoring, 1000) } }, async ({ url, ingestors }: Ring) => {
      // At its first reading of the file the limiter forgets what it has asked.
      await sleep(LIMITER_INTERVAL + 1000);
      const series = someSeries(SERIES, [Date.now()], byLabel ? { prometheus_replica: 'a' } : {});
      const { status } = await write(url, series, byLabel ? {} : { [TENANT]: 'a' });
      return { text: `tenant a, ten times over its limit, was answered ${status}, and ${await allHeads(ingestors)} of its series were taken`, harm: status === 200 };
    });
  });
}

/** The number that a head limit is compared with. */
async function countedSeries(): Promise<Seen> {
  return withRing({}, async ({ url, ingestors }) => {
    await write(url, someSeries(SERIES));
    // The router answers at the quorum.
    await sleep(1000);
    const all = await allHeads(ingestors);
    return { text: `of ${SERIES} series, sum(prometheus_tsdb_head_series) over the ring was ${all}`, harm: all === 3 * SERIES };
  });
}

const DOCS = 'Thanos docs, Receive, limits & gates';
const QUEUE = 'Prometheus 3.14, storage/remote/queue_manager.go';
const batchTrap = (limit: string, value: number, check: string): Family['traps'][number] => ({
  name: `batch-beyond-${limit.replace(/_/g, '-')}`,
  rule: `A request beyond Receive's ${limit} is answered 413, and the sender gives its samples up.`,
  source: `${DOCS}; ${QUEUE}`,
  how: `${limit}: ${value}, and batches of more`,
  ours: `planned together with the batches${check}`,
  broken: () => batches(limits => { limits.write.default.request[limit] = value; }),
  right: () => batches(() => undefined),
});

/** What Receive refuses. */
export const LIMITS: Family = {
  name: 'limits',
  traps: [
    batchTrap('samples_limit', 100, '; less than 1.1 of them is an error (batch-beyond-samples-limit)'),
    batchTrap('series_limit', 100, '; less than 1.1 of them is an error (batch-beyond-series-limit)'),
    batchTrap('size_bytes_limit', 2000, ''),
    {
      name: '429-without-retry',
      rule: 'Prometheus gives up samples that are answered 429, unless retry_on_http_429 is true.',
      source: 'Prometheus docs, remote_write',
      how: 'retry_on_http_429: false, and a receiver that answers 429 for some seconds',
      ours: 'retry_on_http_429: true',
      broken: () => tooMany(remoteWrite => { remoteWrite.queue_config.retry_on_http_429 = false; }),
      right: () => tooMany(() => undefined),
    }, {
      name: 'head-limit-is-an-outage',
      rule: 'A head_series_limit answers 429 to whole requests, also to those of series that are there already: a cap becomes an outage of the tenant.',
      source: 'Thanos 0.42.4, pkg/receive/handler.go',
      how: 'head_series_limit set, and reached',
      ours: 'head_series_limit 0; growth is bounded by sample_limit and target_limit of the senders',
      broken: () => knownSeries(SERIES),
      right: () => knownSeries(0),
    }, {
      name: 'head-limit-counts-every-copy',
      rule: 'The head series that a limit is compared with are the sum over all ingestors, so a limit must be multiplied by the replication factor.',
      source: `${DOCS}; pkg/receive/limiter_config.go`,
      how: 'nothing: the default query is asked at replication factor 3',
      ours: 'no limit by default',
      broken: countedSeries,
    }, {
      name: 'head-limit-and-split-tenants',
      rule: 'With --receive.split-tenant-label-name the head limit looks at the tenant of the header, and the one of the label has no limit.',
      source: 'Thanos 0.42.4, pkg/receive/handler.go, receiveHTTP',
      how: '--receive.split-tenant-label-name=prometheus_replica in the place of the header',
      ours: 'twins are told apart by the header; the flag in extraArgs is an error (flag-fixed)',
      broken: () => splitTenant(true),
      right: () => splitTenant(false),
    },
  ],
};
