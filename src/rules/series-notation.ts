import { parseNumber } from './promql/literals';
import { parsePromql } from './promql/parse';

/** What is wrong with the name and labels of an input series, as the second half of a sentence. */
export function seriesProblem(text: string): string | undefined {
  const { expr } = parsePromql(text);
  if (!expr || expr.kind !== 'selector' || expr.matchers.some(({ op }) => op !== '=')) {
    return 'must be the name of a series and its labels, e.g. up{job="api"}';
  }
  return undefined;
}

const NUMBER = '[-+]?(?:\\d[\\d_]*\\.?\\d*(?:[eE][-+]?\\d+)?|\\.\\d+(?:[eE][-+]?\\d+)?|[Ii]nf|[Nn]a[Nn])';
const ITEM = new RegExp(`^(?:_(?:x\\d+)?|stale(?:x\\d+)?|${NUMBER}(?:x\\d+|[-+]${NUMBER.slice(5)}x\\d+)?)$`);
const HISTOGRAM = /\{\{[^{}]*\}\}(?:[-+]\{\{[^{}]*\}\})?(?:x\d+)?/g;

/** What is wrong with the values of an input series. Prometheus, documentation, Unit testing for rules. */
export function valuesProblem(text: string): string | undefined {
  const wrong = text.replace(HISTOGRAM, ' ').split(/\s+/).find(item => item !== '' && !ITEM.test(item));
  return wrong === undefined ? undefined
    : `must be values with spaces between them (1 2 3, 0+10x5, 1x4, _, _x3, stale, or {{ … }} for a histogram), but has '${wrong}'`;
}

/** What is wrong with the labels of an expected sample. */
export function sampleProblem(text: string): string | undefined {
  return /^\s*(\{\s*\})?\s*$/.test(text) ? undefined : seriesProblem(text);
}

/** A number as promtool reads it from YAML. */
export const isValue = (value: unknown): boolean => typeof value === 'number' || (typeof value === 'string' && parseNumber(value.replace(/^[-+]/, '')) !== undefined);
