import * as fs from 'node:fs';
import * as path from 'node:path';
import { Duration } from 'cdk8s';
import { Pushgateway, PushGatewayJob, PushGatewayJobProps } from '../../../src/push';
import type { CleanerConfig, PushConfig } from '../../../src/push/program/config';
import { argsOf, fixture, manifest } from '../../fixture';
import { programPath } from '../../programs/build';
import { Ended, run, Started, temporaryFolder } from '../../programs/process';

/** What our constructs print for one job and its Pushgateway. */
export function printed(props: Partial<PushGatewayJobProps> = {}) {
  const { chart } = fixture();
  const pushgateway = new Pushgateway(chart, 'pushgateway', { shards: 2 });
  const job = new PushGatewayJob(chart, 'report', { pushgateway, image: 'registry.example.com/report:1.0', schedule: '0 * * * *', pushTimeout: Duration.seconds(3), ...props });
  const files = (name: string) => manifest(chart, 'ConfigMap', name).data as Record<string, string>;
  const config = JSON.parse(files('report-push')['config.json']) as PushConfig;
  const cleaner = JSON.parse(files('pushgateway-cleaner')['config.json']) as CleanerConfig;
  return { job, config, files: files('report-push'), cleaner, cleanerFiles: files('pushgateway-cleaner-program'), args: argsOf(chart, 'StatefulSet', 'pushgateway-0') };
}

/** The program as it stands in the ConfigMaps, in a folder, and how it is run. */
export class Client {
  public readonly folder = temporaryFolder();

  constructor(files: Readonly<Record<string, string>>) {
    for (const [file, text] of Object.entries(files)) fs.writeFileSync(path.join(this.folder, file), text);
  }

  /** A configuration as printed, at another address, with its files in this folder. */
  public write(config: PushConfig, address: string, changes: Partial<PushConfig> = {}): string {
    const here = {
      ...config,
      groupUrl: config.groupUrl.replace(/^http:\/\/[^/]+/, address),
      runUrl: config.runUrl.replace(/^http:\/\/[^/]+/, address),
      beginFile: path.join(this.folder, 'begin'),
      ...config.metricsFile === undefined ? {} : { metricsFile: path.join(this.folder, 'metrics.prom') },
      ...changes,
    };
    return this.writeJson('config.json', here);
  }

  public writeJson(name: string, content: object): string {
    const file = path.join(this.folder, name);
    fs.writeFileSync(file, JSON.stringify(content));
    return file;
  }

  /** The job itself. */
  public writeMetrics(text: string): void {
    fs.writeFileSync(path.join(this.folder, 'metrics.prom'), text);
  }

  public run(program: string, ...args: string[]): Promise<Ended> {
    return run(programPath('node'), [path.join(this.folder, program), ...args]);
  }

  public start(program: string, ...args: string[]): Started {
    return new Started(programPath('node'), [path.join(this.folder, program), ...args]);
  }
}
