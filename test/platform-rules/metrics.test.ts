import { casesOf, printedOf, rulesOf } from './platform';
import { ELSEWHERE, isOurs, OF_TARGETS, readBy, SHOWN } from './shown-metrics';
import { PLATFORM_STEPS } from '../../src/collect/default-metric-relabelings';

const all = casesOf(rulesOf().rules).flatMap(([set]) => printedOf(set)).map(({ alert, expr }) => ({ alert, expr, reads: readBy(expr) }));

test('rules read only metrics that the real programs show, from the jobs that show them', () => {
  const wrong = all.flatMap(({ alert, reads }) => reads.filter(read => {
    const shown = SHOWN[read.metric];
    const from = shown?.from.split(' ').map(source => source.split('/')[0]) ?? [];
    return !(read.metric in ELSEWHERE) && !isOurs(read) && !(shown && (read.job === undefined || from.includes(read.job)));
  }).map(({ metric, job }) => `${alert}: ${metric} of ${job}`));
  expect(wrong).toEqual([]);
});

test('rules match only labels that these metrics have', () => {
  const wrong = all.flatMap(({ alert, reads }) => reads.filter(read => !(read.metric in ELSEWHERE) && !isOurs(read)).flatMap(({ metric, matched }) => {
    const known = [...OF_TARGETS, ...SHOWN[metric]?.labels.split(' ') ?? []];
    return matched.filter(label => !known.includes(label)).map(label => `${alert}: ${metric}{${label}}`);
  }));
  expect(wrong).toEqual([]);
});

test('tests put in only labels that these metrics have', () => {
  const put = casesOf(rulesOf().rules).flatMap(([, cases]) => cases.flatMap(({ alert, firing, quiet }) =>
    Object.keys({ ...firing, ...quiet }).flatMap(key => readBy(key).map(read => ({ alert, ...read })))));
  const wrong = put.filter(read => !(read.metric in ELSEWHERE) && !isOurs(read)).flatMap(({ alert, metric, matched }) => {
    const known = [...OF_TARGETS, ...SHOWN[metric]?.labels.split(' ') ?? []];
    return matched.filter(label => !known.includes(label)).map(label => `${alert}: ${metric}{${label}}`);
  });
  expect([...new Set(wrong)]).toEqual([]);
});

test('the job that scrapes the platform drops nothing that rules read', () => {
  const dropped = (name: string, le: string) => PLATFORM_STEPS.some(({ action, source_labels: sources, regex }) => {
    const value = sources!.map(label => ({ __name__: name, le })[label] ?? '').join(';');
    return new RegExp(`^(?:${regex})$`).test(value) === (action === 'drop');
  });
  const read = all.flatMap(({ expr }) => [...expr.matchAll(/([a-zA-Z_:][\w:]*)\{/g)].map(([, metric]) => metric));
  expect([...new Set(read)].filter(metric => dropped(metric, metric.endsWith('_bucket') ? '+Inf' : ''))).toEqual([]);
});
