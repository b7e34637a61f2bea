import * as fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Checker } from './checker';
import type { LoaderConfig } from './config';
import { RuleFolder } from './folder';
import { ConfigMapWatch, KubernetesApi } from './kubernetes';
import { Loader, type Reload } from './loader';
import { Metrics } from './metrics';
import { filesOfPeers } from './peers';
import { serve } from '../../core/program/http';
import { type Log, logger } from '../../core/program/log';

// The program in the pod: node main.js <file of configuration> once            before the evaluator starts
//                         node main.js <file of configuration> <host:port>     beside it

/** Milliseconds in which changes of several ConfigMaps become one. */
const SETTLE_TIME = 300;
/** Milliseconds before what could not be done is tried again. */
const RETRY_PAUSE = 2_000;
/** Milliseconds that the first load waits for an API that refuses, or is silent while there are rules of an earlier run. */
const PATIENCE = 30_000;
const RELOAD_TIMEOUT = 60_000;

/** The number of the pod in its StatefulSet. */
const ordinal = (): number => Number(/-(\d+)$/.exec(process.env.POD_NAME ?? '')?.[1] ?? 0);

const reloadBy = (url: string): Reload => async () => {
  try {
    const response = await fetch(url, { method: 'POST', signal: AbortSignal.timeout(RELOAD_TIMEOUT) });
    const reason = (await response.text()).trim().slice(0, 500);
    return response.ok ? { result: 'accepted' } : { result: 'refused', reason: `${response.status} ${reason}` };
  } catch (error) {
    return { result: 'unreachable', reason: String((error as Error).cause ?? error) };
  }
};

/** One watch a namespace; what they see and whether they see at all. */
function watches(config: LoaderConfig, loader: Loader, metrics: Metrics, log: Log, seen: () => void) {
  const api = new KubernetesApi(config);
  const namespaces = config.namespaces.length > 0 ? config.namespaces : [''];
  return namespaces.map(namespace => new ConfigMapWatch(api, namespace || undefined, {
    changed: configMaps => {
      loader.see(namespace, configMaps);
      seen();
    },
    contact: error => {
      metrics.apiUp.set({ namespace }, error ? 0 : 1);
      if (error) {
        log('warn', 'the API does not answer as it should; what is in force stays', { namespace, reason: error.message });
      }
    },
  }));
}

/** Lists all namespaces, as long as it makes sense to wait, and puts what is sound in force. A new pod begins where its peers are. */
async function loadOnce(config: LoaderConfig, loader: Loader, metrics: Metrics, log: Log): Promise<void> {
  if (!loader.hasRules) {
    await loader.adopt(await filesOfPeers(config.peers, ordinal(), process.env.POD_NAME, log));
  }
  const unseen = new Set(config.namespaces.length > 0 ? config.namespaces : ['']);
  const began = Date.now();
  let refusals = 0;
  const all = watches(config, loader, metrics, log, () => undefined);
  await Promise.all([...unseen].map(async (namespace, index) => {
    for (;;) {
      try {
        await all[index].list(AbortSignal.timeout(PATIENCE));
        return;
      } catch (error) {
        refusals += 'status' in (error as Error) ? 1 : 0;
        log('warn', 'the ConfigMaps cannot be listed yet', { namespace, reason: (error as Error).message });
      }
      if (Date.now() - began > PATIENCE && (refusals > 0 || loader.hasRules)) {
        log('error', 'going on without this namespace', { namespace });
        return;
      }
      await sleep(RETRY_PAUSE);
    }
  }));
  await loader.apply();
}

/** Follows the API, and brings one change after the other to its end. */
async function keepLoading(config: LoaderConfig, loader: Loader, metrics: Metrics, log: Log): Promise<never> {
  let wake = (): void => undefined;
  let changed = false;
  const running = watches(config, loader, metrics, log, () => {
    changed = true;
    wake();
  });
  running.forEach(watch => void watch.run(new AbortController().signal));
  for (;;) {
    if (!changed) {
      await new Promise<void>(resolve => {
        wake = resolve;
      });
    }
    await sleep(SETTLE_TIME);
    changed = false;
    try {
      await loader.apply();
      metrics.successful.set({}, 1);
      metrics.successTime.set({}, Math.round(Date.now() / 1000));
    } catch (error) {
      changed = true;
      metrics.successful.set({}, 0);
      log('error', 'to be tried again', { reason: (error as Error).message });
      await sleep(RETRY_PAUSE);
    }
  }
}

async function main(configFile: string, mode: string): Promise<void> {
  const config = JSON.parse(fs.readFileSync(configFile, 'utf8')) as LoaderConfig;
  const log = logger(config);
  const metrics = new Metrics();
  const once = mode === 'once';
  const checker = new Checker(config.checks, config.scratch);
  const reload: Reload = once ? () => Promise.resolve({ result: 'accepted' }) : reloadBy(config.reloadUrl);
  const loader = new Loader(config, ordinal(), new RuleFolder(config.folder), checker, reload, metrics, log);
  process.on('SIGTERM', () => process.exit(0));
  if (!once) {
    const ok = () => 'OK\n';
    serve({ '/metrics': () => metrics.text(), '/files': () => loader.report(), '/in-force': () => loader.filesInForce, '/-/healthy': ok, '/-/ready': ok }, mode);
  }
  log('info', 'started', { labelSelector: config.labelSelector, namespaces: config.namespaces.join(',') || 'all', shard: ordinal(), shards: config.shards });
  await checker.prove();
  await (once ? loadOnce(config, loader, metrics, log) : keepLoading(config, loader, metrics, log));
  log('info', 'done', {});
}

if (require.main === module) {
  main(process.argv[2], process.argv[3]).catch((error: Error) => {
    console.error(error.message);
    process.exit(1);
  });
}
