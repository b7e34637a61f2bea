import * as fs from 'node:fs';
import * as path from 'node:path';
import { stringify } from 'yaml';
import { newGateway, same } from './checks';
import { ScrapeJob } from '../../../src/collect';
import { groupPath } from '../../../src/push/program/group-url';
import { Pushgateway } from '../../../src/push/pushgateway';
import { scrapeConfigOf, senders } from '../../collect/senders';
import { programPath } from '../../programs/build';
import { freePorts, poll, Started, temporaryFolder } from '../../programs/process';
import { Report } from '../../programs/report';

interface PrintedJob {
  readonly honor_labels?: boolean;
  readonly metric_relabel_configs: readonly { readonly regex: string }[];
}

type Series = readonly { readonly metric: Readonly<Record<string, string>> }[];

/** The job as it is printed, with a real Prometheus: what it makes of pushed and of own metrics. */
export async function checkScraped(report: Report): Promise<void> {
  const shards = [await newGateway(), await newGateway()];
  await Promise.all(shards.map(shard => shard.start()));
  await shards[0].put(groupPath({ job: 'report', team: 'a' }), 'rows{table="users"} 42\n');
  await shards[1].put(groupPath({ job: 'backup', instance: 'db-1' }), 'files 7\n');
  const { chart, prometheus } = senders();
  prometheus.addScrapeJob(ScrapeJob.pushgateway('pushed', new Pushgateway(chart, 'pushgateway')));
  prometheus.monitor(chart);
  const [pushed, platform] = ['pushed', 'platform'].map(job => scrapeConfigOf(chart, job) as PrintedJob);
  const targets = shards.map(({ url }) => url.replace('http://', ''));
  const folder = temporaryFolder();
  const file = path.join(folder, 'prometheus.yaml');
  // As printed, but for the addresses; what the platform's job finds by the API is told.
  const here = targets.map(target => target.replace(/\./g, '\\.')).join('|');
  const often = { scrape_interval: '1s', scrape_timeout: '1s', static_configs: [{ targets }] };
  fs.writeFileSync(file, stringify({
    scrape_configs: [
      { ...often, job_name: 'pushed', honor_labels: pushed.honor_labels, metric_relabel_configs: pushed.metric_relabel_configs.map(step => ({ ...step, regex: here })) },
      { ...often, job_name: 'pushgateway', honor_labels: platform.honor_labels, metric_relabel_configs: platform.metric_relabel_configs },
    ],
  }));
  const [port] = await freePorts(1);
  const server = new Started(programPath('prometheus'), [`--config.file=${file}`, `--storage.tsdb.path=${folder}/data`, `--web.listen-address=127.0.0.1:${port}`]);
  const ask = async (query: string): Promise<Series> => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(query)}`);
    return (await answer.json() as { data: { result: Series } }).data.result;
  };
  await poll(async () => (await ask('rows or files')).length === 2 || undefined, 30_000);
  const labels = async (query: string) => (await ask(query)).map(({ metric }) => metric);
  report.answer('pushed series are there once, with the labels of their group and none of the Pushgateway', same(
    [...await labels('rows'), ...await labels('files')],
    [{ __name__: 'rows', job: 'report', table: 'users', team: 'a' }, { __name__: 'files', instance: 'db-1', job: 'backup' }]));
  report.answer('its own series are there once, with its job and the address of the shard', same(
    (await labels('pushgateway_build_info')).map(({ job, instance }) => [job, instance]).sort(), targets.map(target => ['pushgateway', target]).sort()));
  report.answer('when each group was pushed is told', same((await labels('push_time_seconds')).map(({ job }) => job).sort(), ['backup', 'report']));
  await server.stop(5000);
  await Promise.all(shards.map(shard => shard.stop()));
}
