import * as fs from 'node:fs';
import * as path from 'node:path';
import { Lab } from './lab';
import { withTargets } from './neighbours';
import { askNumber, Process } from './process';
import { editConfig, SenderConfig, sending, startSender } from './sending';
import { ONE_INGESTOR, SENDER, startQuery, startRing } from './shapes';
import { Family, Seen, sleep } from './trap';
import { poll } from '../../programs/process';

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
      const senders = await Promise.all(Array.from({ length: shards }, (_, index) => startSender(lab, {
        index, config: all => {
          change(all);
          all.scrape_configs = JSON.parse(JSON.stringify(all.scrape_configs).replace(/"modulus":\d+/, `"modulus":${shards}`)) as SenderConfig['scrape_configs'];
        },
      })));
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

/** Which targets are scraped, and by whom. */
export const SCRAPING: Family = {
  name: 'scraping',
  traps: [{
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
    ours: 'no such label; one by hand is an error (external-label-of-shard)',
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
  }],
};
