import * as fs from 'node:fs';
import { parse } from 'yaml';
import { Started, poll } from '../process';
import type { ContainerRun } from './sandbox';

const SETTLE_MILLISECONDS = 8_000;

/** The part of an address that a running Query prints when it does not find the endpoint, as here it never does. */
function hostOf(address: string): string {
  return address.replace(/^dns(srv|srvnoa)?\+/, '').replace(/:\d+$/, '');
}

/**
 * Why a running Query does not look for all endpoints of its file; undefined when it does.
 * Query takes any YAML as an endpoint file, so that it starts says nothing; only what it looks for does.
 */
export async function whyEndpointsUnread({ args }: ContainerRun, started: Started): Promise<string | undefined> {
  const file = args.map(arg => /^--endpoint\.sd-config-file=(.*)$/.exec(arg)?.[1]).find(match => match !== undefined);
  if (file === undefined) return undefined;
  const { endpoints = [] } = parse(fs.readFileSync(file, 'utf8')) as { endpoints?: { address?: string }[] };
  const hosts = endpoints.map(endpoint => hostOf(endpoint.address ?? ''));
  if (hosts.length === 0 || hosts.includes('')) return 'the endpoint file names no endpoint, or one without an address';
  const missing = () => hosts.filter(host => !started.output.includes(host));
  await poll(async () => missing().length === 0 || undefined, SETTLE_MILLISECONDS);
  return missing().length === 0 ? undefined : `Query does not look for ${missing().join(', ')}`;
}
