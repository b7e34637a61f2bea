import * as fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Refused, send } from './client';
import type { PushConfig } from './config';
import { checkedText, TextProblem } from './text-format';
import type { Log } from '../../core/program/log';

const gauge = (name: string, help: string, value: number): string => `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${name} ${value}\n`;

const seconds = (milliseconds: number): number => Math.round(milliseconds) / 1000;

/**
 * Before the job: says that it begins. A job must not wait for its monitoring, so that a gateway which is away is logged, and no more.
 */
export async function announce(config: PushConfig, log: Log): Promise<void> {
  const begin = Date.now();
  fs.writeFileSync(config.beginFile, String(begin));
  const body = gauge('job_last_start_timestamp_seconds', 'When the job began last.', seconds(begin));
  try {
    await send({ method: 'POST', url: config.runUrl, body }, config.announceTimeout, log);
    if (config.deleteAtBegin) {
      await send({ method: 'DELETE', url: config.groupUrl }, config.announceTimeout, log);
    }
    log('info', 'the job begins', { url: config.runUrl });
  } catch (error) {
    log('warn', 'the job begins, which could not be announced', { url: config.runUrl, failure: (error as Error).message });
  }
}

function readText(config: PushConfig, file: string): ReturnType<typeof checkedText> {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    throw new Refused(`the job has ended, but left no metrics at ${file}: ${(error as Error).message}`);
  }
  try {
    return checkedText(text, config.groupLabels);
  } catch (error) {
    throw error instanceof TextProblem ? new Refused(`${file}, ${error.message}`) : error;
  }
}

/** Milliseconds between the announcement and now; nothing where the announcement left no word. */
function lasted(config: PushConfig, now: number): number | undefined {
  const begin = fs.existsSync(config.beginFile) ? Number(fs.readFileSync(config.beginFile, 'utf8')) : NaN;
  return Number.isFinite(begin) ? now - begin : undefined;
}

async function deleteLater(config: PushConfig, wait: number, log: Log): Promise<void> {
  await sleep(wait * 1000);
  try {
    await send({ method: 'DELETE', url: config.groupUrl }, config.pushTimeout, log);
    log('info', 'deleted the group', { url: config.groupUrl });
  } catch (error) {
    log('warn', 'the group could not be deleted; the cleaner will do it', { url: config.groupUrl, failure: (error as Error).message });
  }
}

/**
 * After the job, which has succeeded, or this would not run: pushes its metrics, and then that it succeeded.
 *
 * @throws Refused or Unreachable.
 */
export async function push(config: PushConfig, log: Log): Promise<void> {
  const end = Date.now();
  if (config.metricsFile !== undefined) {
    const { text, samples } = readText(config, config.metricsFile);
    await send({ method: 'PUT', url: config.groupUrl, body: text }, config.pushTimeout, log);
    log('info', 'pushed', { url: config.groupUrl, samples });
  }
  const duration = lasted(config, end);
  const body = gauge('job_last_success_timestamp_seconds', 'When the job succeeded last.', seconds(end))
    + (duration === undefined ? '' : gauge('job_last_success_duration_seconds', 'How long the last run that succeeded took, with the pull of its image.', seconds(duration)));
  await send({ method: 'POST', url: config.runUrl, body }, config.pushTimeout, log);
  log('info', 'the job has succeeded', { url: config.runUrl, duration: duration === undefined ? 'unknown' : seconds(duration) });
  if (config.deleteAfterPush !== undefined) {
    await deleteLater(config, config.deleteAfterPush, log);
  }
}
