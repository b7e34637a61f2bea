import { parsePromql } from './promql/parse';

/** What is wrong with the name and labels of an input series, as the second half of a sentence. */
export function seriesProblem(text: string): string | undefined {
  const { expr } = parsePromql(text);
  if (expr?.kind !== 'selector' || expr.matchers.some(({ op }) => op !== '=') || (expr.name === undefined && expr.matchers.length === 0)) {
    return 'must be the name of a series and its labels, e.g. up{job="api"}';
  }
  const labels = expr.matchers.map(({ label }) => label);
  const twice = labels.find((label, index) => labels.indexOf(label) < index);
  return twice === undefined ? undefined : `must have each label once, but has '${twice}' twice`;
}

const NUMBER = '[-+]?(?:\\d[\\d_]*\\.?\\d*(?:[eE][-+]?\\d+)?|\\.\\d+(?:[eE][-+]?\\d+)?|[Ii]nf|[Nn]a[Nn])';
const ITEM = new RegExp(`^(?:_(?:x\\d+)?|stale|${NUMBER}(?:x\\d+|[-+]${NUMBER.slice(5)}x\\d+)?)$`);
const HISTOGRAM_KEYS = 'schema|sum|count|z_bucket|z_bucket_w|custom_values|buckets|offset|n_buckets|n_offset|counter_reset_hint';
const DESCRIPTION = `\\{\\{ *(?:(?:${HISTOGRAM_KEYS}):(?:\\[[^\\][{}]*\\]|[^ {}]+) *)*\\}\\}`;
const HISTOGRAM = new RegExp(`${DESCRIPTION}(?:[-+]${DESCRIPTION})?(?:x\\d+)?`, 'g');

/** What is wrong with the values of an input series. Prometheus, documentation, Unit testing for rules. */
export function valuesProblem(text: string): string | undefined {
  const wrong = text.replace(HISTOGRAM, ' ').split(/[ \t]+/).find(item => item !== '' && !ITEM.test(item));
  return wrong === undefined ? undefined
    : `must be values with spaces between them (1 2 3, 0+10x5, 1x4, _, _x3, stale, or {{ … }} for a histogram), but has '${wrong}'`;
}

/** What is wrong with the labels of an expected sample. */
export function sampleProblem(text: string): string | undefined {
  return /^\s*(\{\s*\})?\s*$/.test(text) ? undefined : seriesProblem(text);
}
