import * as fs from 'node:fs';
import * as path from 'node:path';
import { ELSEWHERE, isOurs, readBy, SHOWN } from './shown-metrics';
import { AlertRuleSet } from '../../src/rules';
import { errorsOf, fixture } from '../fixture';

const FOLDER = path.join(__dirname, '..', '..', 'docs', 'runbooks');
const PAGES = fs.readdirSync(FOLDER).map(file => ({ name: file.replace('.md', ''), text: fs.readFileSync(path.join(FOLDER, file), 'utf8') }));

/** Made by Prometheus for each target, by the part that evaluates rules, by cAdvisor, or pushed for jobs. */
const MADE = [
  'scrape_samples_scraped', 'ALERTS', 'container_cpu_usage_seconds_total',
  'job_last_start_timestamp_seconds', 'job_last_success_timestamp_seconds', 'job_last_success_duration_seconds',
];

const queries = PAGES.flatMap(({ name, text }) => [...text.matchAll(/```promql\n([\s\S]*?)```/g)].flatMap(([, block]) =>
  block.trim().split('\n').map(expr => ({ name, expr }))));

test('every query of a page is PromQL', () => {
  const { app, chart } = fixture();
  new AlertRuleSet(chart, 'queries', {
    groups: [{ name: 'queries', rules: queries.map(({ name, expr }, index) => ({ alert: `${name}${index}`, expr, severity: 'none' })) }],
    acknowledgedRules: [],
  });
  expect(errorsOf(app)).toEqual([]);
});

test('every query of a page reads metrics that the programs show', () => {
  const wrong = queries.flatMap(({ name, expr }) => readBy(expr).filter(read =>
    !MADE.includes(read.metric) && !(read.metric in ELSEWHERE) && !(read.metric in SHOWN) && !isOurs(read)).map(({ metric }) => `${name}: ${metric}`));
  expect(wrong).toEqual([]);
});

const FIRST_WORDS = new Set(PAGES.map(({ name }) => /^[A-Z][a-z]+/.exec(name)?.[0]).filter(word => word !== undefined));
/** A word that begins as some alert does. What stands in backticks is code. */
const LIKE_AN_ALERT = new RegExp(`(?<![\`\\w])(?:${[...FIRST_WORDS].join('|')})[A-Z]\\w+`, 'g');

test('pages name only alerts that have a page', () => {
  expect(FIRST_WORDS).toContain('Pushgateway');
  const names = PAGES.map(({ name }) => name);
  const wrong = PAGES.flatMap(({ name, text }) => [...text.replace(/```[\s\S]*?```/g, '').matchAll(LIKE_AN_ALERT)]
    .filter(([other]) => !names.includes(other)).map(([other]) => `${name}: ${other}`));
  expect(wrong).toEqual([]);
});
