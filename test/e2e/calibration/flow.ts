import * as fs from 'node:fs';
import * as path from 'node:path';
import { Duration } from 'cdk8s';
import { startAgent } from './agents';
import { bytesIn, foldersNamed } from './files';
import { fitLine } from './fit';
import { until } from './fleet';
import { COMMANDS, Platform } from './platform';
import { Finding } from './results';
import { Memory, Running } from './running';
import { SERIES_PER_TARGET } from './series';
import { Targets } from './target';
import { Workload } from '../../../src/plan';
import { ReplicationProtocol } from '../../../src/receive';

/** What a part took while it was measured. */
interface Part {
  /** Samples a second that came in. */
  readonly rate: number;
  /** Cores. */
  readonly cpu: number;
  readonly memory: Memory;
}

export interface FlowRow {
  readonly protocol: ReplicationProtocol;
  /** Active series, each scraped by two twins. */
  readonly series: number;
  readonly sender: Part;
  readonly router: Part;
  /** The mean of three. */
  readonly ingestor: Part;
  readonly senderWalBytesPerSample: number;
}

const SIZES = [5_000, 15_000, 40_000];
const INTERVAL = 10;
const WARM_UP = 45_000;
const MEASURED = 60_000;
const MEMBERS = 3;
const TWINS = ['a', 'b'];

interface Ring {
  readonly router: Running;
  readonly ingestors: readonly Running[];
}

/** Starts the ring of a platform: three ingestors and a router. */
export async function startRing(platform: Platform, protocol: ReplicationProtocol): Promise<Ring> {
  const capnp = protocol === ReplicationProtocol.CAPNPROTO;
  const ingestors: Running[] = [];
  for (let member = 0; member < MEMBERS; member++) {
    ingestors.push(await Running.start(platform, 'platform-receive-ingestor', COMMANDS, () => ({
      'objstore.config': '{type: FILESYSTEM, config: {directory: bucket}}',
      'label': `receive_replica="${member}"`,
    })));
  }
  const endpoints = ingestors.map(ingestor => ({ address: ingestor.address(10901), ...capnp && { capnproto_address: ingestor.address(19391) } }));
  const router = await Running.start(platform, 'platform-receive-router', COMMANDS, sandbox => {
    const file = path.join(sandbox.folder, 'hashrings.json');
    fs.writeFileSync(file, JSON.stringify([{ hashring: 'ring', endpoints }]));
    return { 'receive.hashrings-file': file };
  });
  return { router, ingestors };
}

export const remoteWriteUrl = (router: Running) => `http://${router.address(19291)}/api/v1/receive`;

async function measure(series: number, protocol: ReplicationProtocol): Promise<FlowRow> {
  const platform = new Platform({
    workload: Workload.of({ activeSeries: series, scrapeInterval: Duration.seconds(INTERVAL) }),
    ring: { replicationProtocol: protocol },
  });
  const targets = await Targets.serve(series / SERIES_PER_TARGET);
  const { router, ingestors } = await startRing(platform, protocol);
  const senders = await Promise.all(TWINS.map(replica => startAgent(platform, { replica, targets, remoteWriteUrl: remoteWriteUrl(router) })));
  const all = [...senders, router, ...ingestors];
  try {
    await until(Date.now() + WARM_UP);
    const wal = () => bytesIn(foldersNamed(senders[0].sandbox.folder, 'wal')[0]);
    const before = { cpu: all.map(one => one.cpu()), samples: await samplesIn(ingestors), wal: wal(), time: Date.now() };
    await until(Date.now() + MEASURED);
    const seconds = (Date.now() - before.time) / 1000;
    const cores = all.map((one, index) => (one.cpu() - before.cpu[index]) / seconds);
    const rate = (await samplesIn(ingestors) - before.samples) / seconds / MEMBERS;
    const memory = await Promise.all(all.map(one => one.memory()));
    const part = (index: number, share: number): Part => ({ rate: rate * share, cpu: cores[index], memory: memory[index] });
    const ingestorCpu = cores.slice(3).reduce((sum, cpu) => sum + cpu, 0) / MEMBERS;
    return {
      protocol, series,
      sender: part(0, 1 / TWINS.length),
      router: part(TWINS.length, 1),
      ingestor: { ...part(3, 1), cpu: ingestorCpu },
      senderWalBytesPerSample: (wal() - before.wal) / (rate / TWINS.length * seconds),
    };
  } finally {
    await Promise.all(all.map(one => one.stop()));
    targets.close();
  }
}

async function samplesIn(ingestors: readonly Running[]): Promise<number> {
  const counts = await Promise.all(ingestors.map(async one => (await one.metrics()).get('prometheus_tsdb_head_samples_appended_total') ?? 0));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Runs two senders, a router and three ingestors at several rates, and fits what a sample costs each of them. */
export async function calibrateFlow(): Promise<Finding> {
  const rows: FlowRow[] = [];
  for (const protocol of [ReplicationProtocol.PROTOBUF, ReplicationProtocol.CAPNPROTO]) {
    for (const series of SIZES) {
      rows.push(await measure(series, protocol));
      console.log(JSON.stringify(rows.at(-1)));
    }
  }
  const fits = Object.fromEntries([ReplicationProtocol.PROTOBUF, ReplicationProtocol.CAPNPROTO].map(protocol => {
    const of = rows.filter(row => row.protocol === protocol);
    const parts = ['sender', 'router', 'ingestor'] as const;
    const fit = (y: (part: Part) => number) => Object.fromEntries(parts.map(part => [part, fitLine(of.map(row => ({ x: row[part].rate, y: y(row[part]) })))]));
    return [protocol, { cores: fit(({ cpu }) => cpu), anonymousBytes: fit(({ memory }) => memory.anonymous), liveBytes: fit(({ memory }) => memory.live) }];
  }));
  return { rows, fits };
}
