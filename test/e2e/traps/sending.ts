import { parse, stringify } from 'yaml';
import { Flags, Lab, StartOptions } from './lab';
import { ask, Process } from './process';
import { SENDER } from './shapes';
import { poll } from '../../programs/process';

/** One entry of `remote_write`, as far as traps change it. */
export interface RemoteWrite {
  url: string;
  protobuf_message?: string;
  headers?: Record<string, string>;
  send_exemplars?: boolean;
  send_native_histograms?: boolean;
  queue_config: Record<string, string | number | boolean>;
  metadata_config?: { send: boolean; send_interval?: string };
}

/** The configuration of a sender, as far as traps change it. */
export interface SenderConfig {
  global: { external_labels: Record<string, string>; scrape_native_histograms?: boolean };
  remote_write: [RemoteWrite];
  scrape_configs: Record<string, unknown>[];
}

/** How a sender is run. */
export interface SenderOptions extends StartOptions {
  /** Which sender. @default - the first one of replica a */
  readonly workload?: string;
  /** Breaks the configuration. */
  readonly config?: (config: SenderConfig) => void;
}

/** Changes a sender's configuration. */
export function editConfig(text: string, change: (config: SenderConfig) => void): string {
  const config = parse(text) as SenderConfig;
  change(config);
  return stringify(config);
}

// Both runs of a trap have these, so that it is over in seconds: a sender gives up what it holds, and tries again, sooner.
const QUICK_FLAGS: Flags = { 'storage.remote.flush-deadline': '1s' };
function quicken({ remote_write: [{ queue_config: queue }] }: SenderConfig): void {
  queue.batch_send_deadline = '200ms';
  queue.max_backoff = '500ms';
}

/** Sends to another receiver. */
export function sendTo(remoteWrite: RemoteWrite, address: string): void {
  remoteWrite.url = remoteWrite.url.replace(/\/\/[^/]+/, `//${address}`);
}

/** Starts a sender. */
export function startSender(lab: Lab, { workload = SENDER, config, flags, ...options }: SenderOptions = {}): Promise<Process> {
  return lab.start(workload, {
    ...options,
    flags: { ...QUICK_FLAGS, ...flags },
    files: text => editConfig(text, all => {
      quicken(all);
      config?.(all);
    }),
  });
}

/** Waits until a sender has sent something, whatever the answer; its first scrape is some seconds after its start. */
export async function sending(sender: Process): Promise<void> {
  const done = await poll(async () => await sender.metric('prometheus_remote_storage_samples_total') > 0 || undefined, 30_000);
  if (!done) throw new Error(`The sender sends nothing:\n${sender.started.output.slice(-1500)}`);
}

/** Samples that a sender has given up, because the receiver refused them or because they were too old. */
export async function lostSamples(sender: Process): Promise<number> {
  return await sender.metric('prometheus_remote_storage_samples_failed_total') + await sender.metric('prometheus_remote_storage_samples_dropped_total');
}

/** Seconds of the longest time without a sample of a series, in the answer of Query over the last minutes. */
export async function longestGap(query: Process, selector: string = 'trap{series="0"}'): Promise<number> {
  const { results } = await ask(query.url(), `${selector}[5m]`);
  const times = results.flatMap(({ values }) => values.map(([time]) => time)).sort((a, b) => a - b);
  return times.slice(1).reduce((longest, time, index) => Math.max(longest, time - times[index]), 0);
}

/** Waits until Query answers with samples that are no older than so many seconds. */
export async function caughtUp(query: Process, seconds: number = 2): Promise<boolean> {
  return await poll(async () => {
    const { results } = await ask(query.url(), 'time() - timestamp(trap{series="0"})');
    return results.length > 0 && Number(results[0].values[0][1]) < seconds || undefined;
  }, 30_000) ?? false;
}

