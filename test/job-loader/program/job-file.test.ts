import * as fs from 'node:fs';
import * as path from 'node:path';
import { parse } from 'yaml';
import { JobFile } from '../../../src/job-loader/program/job-file';
import { temporaryFolder } from '../../temporary-folder';

const JOBS = new Map([['b', '{"job_name":"b","metrics_path":"/a\\"\\u2028\\tb"}'], ['a', '{"job_name":"a"}']]);

test('jobs as YAML that Prometheus reads, by their names', () => {
  const folder = temporaryFolder();
  new JobFile(folder).show(JOBS);
  const config = parse(fs.readFileSync(path.join(folder, 'jobs.yaml'), 'utf8'));
  expect(config).toEqual({ scrape_configs: [{ job_name: 'a' }, { job_name: 'b', metrics_path: '/a"\u2028\tb' }] });
});

test('no jobs', () => {
  const folder = temporaryFolder();
  const file = new JobFile(folder);
  file.show(new Map());
  expect([parse(fs.readFileSync(path.join(folder, 'jobs.yaml'), 'utf8')), file.accepted]).toEqual([{ scrape_configs: [] }, new Map()]);
});

test('what was accepted is known in the next run, and Prometheus does not read it', () => {
  const folder = temporaryFolder();
  new JobFile(folder).accept(JOBS);
  expect(new JobFile(folder).accepted).toEqual(JOBS);
  expect(fs.readdirSync(folder)).toEqual(['accepted.json']);
});
