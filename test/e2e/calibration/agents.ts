import * as fs from 'node:fs';
import * as path from 'node:path';
import { parse, stringify } from 'yaml';
import { COMMANDS, Platform } from './platform';
import { Running } from './running';
import { Targets } from './target';

/** How an agent of the platform is run here. */
export interface AgentOptions {
  /** `a` or `b`. */
  readonly replica: string;
  readonly targets: Targets;
  readonly remoteWriteUrl: string;
  /** In the place of the planned `queue_config`; an empty one is Prometheus' default. */
  readonly queueConfig?: object;
}

interface Config {
  readonly global: { readonly external_labels: Record<string, string> };
  readonly remote_write: readonly Record<string, unknown>[];
}

/** Starts a sender of the platform, which scrapes the targets with its own limits and sends with its own queue. */
export function startAgent(platform: Platform, { replica, targets, remoteWriteUrl, queueConfig }: AgentOptions): Promise<Running> {
  const name = `platform-prometheus-${replica}`;
  const { global, remote_write: [remoteWrite] }: Config = parse(platform.file(name, 'prometheus.yaml'));
  return Running.start(platform, name, COMMANDS, sandbox => {
    const file = path.join(sandbox.folder, 'prometheus.yaml');
    fs.writeFileSync(file, stringify({
      // The targets bring the label that a platform adds from outside.
      global: { ...global, external_labels: {} },
      remote_write: [{ ...remoteWrite, url: remoteWriteUrl, ...queueConfig && { queue_config: queueConfig } }],
      scrape_configs: [{ job_name: 'load', static_configs: targets.staticConfigs }],
    }));
    return { 'config.file': file };
  });
}
