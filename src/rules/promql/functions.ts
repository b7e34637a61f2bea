/** Types of PromQL's expressions, in the words of its documentation. */
export type ValueType = 'scalar' | 'string' | 'instant vector' | 'range vector';

interface FunctionType {
  readonly args: ValueType[];
  /** Least number of arguments. */
  readonly least: number;
  /** Largest number of arguments; further ones are of the last type. */
  readonly most: number;
  readonly returns: 'scalar' | 'instant vector';
  readonly experimental: boolean;
}

/** Whose PromQL the tables below are, in messages. */
export const PROMETHEUS = 'Prometheus 3.14';
export const THANOS = 'Thanos 0.42';

/**
 * Every function of Prometheus 3.14 (promql/parser/functions.go; documentation, Query functions): v is an instant vector, m a range vector, s a
 * scalar, t a string; `?` may be left out, `*` may be there any number of times, and `*9` up to nine times. Those behind the arrow
 * `>` return a scalar.
 */
const SIGNATURES: Record<string, string> = {
  'v': 'abs absent acos acosh asin asinh atan atanh ceil cos cosh deg exp floor histogram_avg histogram_count histogram_stddev histogram_stdvar histogram_sum '
    + 'ln log10 log2 rad sgn sin sinh sort sort_desc sqrt start_timestamp tan tanh timestamp',
  'm': 'absent_over_time avg_over_time changes count_over_time delta deriv first_over_time idelta increase irate last_over_time mad_over_time max_over_time '
    + 'min_over_time present_over_time rate resets stddev_over_time stdvar_over_time sum_over_time ts_of_first_over_time ts_of_last_over_time '
    + 'ts_of_max_over_time ts_of_min_over_time',
  'v?': 'day_of_month day_of_week day_of_year days_in_month hour minute month year',
  'v s s': 'clamp',
  'v s': 'clamp_max clamp_min',
  'v s?': 'round',
  's': 'vector',
  's s v': 'histogram_fraction',
  's v': 'histogram_quantile',
  'v t s s*9': 'histogram_quantiles',
  'm s s': 'double_exponential_smoothing',
  'm s': 'predict_linear',
  's m': 'quantile_over_time',
  'v v?': 'info',
  'v t t t t': 'label_replace',
  'v t t t*': 'label_join',
  'v t*': 'sort_by_label sort_by_label_desc',
  '>': 'end pi range start step time',
  's s>': 'max_of min_of',
  'v>': 'scalar',
};

/** Known only with `--enable-feature=promql-experimental-functions`. */
const EXPERIMENTAL = new Set(('double_exponential_smoothing end histogram_quantiles info mad_over_time max_of min_of range sort_by_label sort_by_label_desc start '
  + 'start_timestamp step ts_of_first_over_time ts_of_last_over_time ts_of_max_over_time ts_of_min_over_time').split(' '));

/** What Thanos 0.42 has on board is Prometheus 3.9, which does not know these, or takes them for experimental. */
export const NEWER_THAN_THANOS = ['end', 'histogram_quantiles', 'max_of', 'min_of', 'range', 'start', 'start_timestamp', 'step'];
export const EXPERIMENTAL_IN_THANOS = ['first_over_time'];

const TYPES: Record<string, ValueType> = { v: 'instant vector', m: 'range vector', s: 'scalar', t: 'string' };

function typeOf(signature: string, experimental: boolean): FunctionType {
  const words = signature.replace('>', '').split(' ').filter(word => word !== '');
  const optional = words.filter(word => word.length > 1);
  const most = words.length + (optional.length === 0 || optional[0].endsWith('?') ? 0 : Number(optional[0].slice(2) || Infinity) - 1);
  return {
    args: words.map(word => TYPES[word[0]]),
    least: words.length - optional.length,
    most,
    returns: signature.endsWith('>') ? 'scalar' : 'instant vector',
    experimental,
  };
}

export const FUNCTIONS: ReadonlyMap<string, FunctionType> = new Map(Object.entries(SIGNATURES).flatMap(([signature, names]) =>
  names.split(' ').map(name => [name, typeOf(signature, EXPERIMENTAL.has(name))] as const)));

/** Aggregations; those with a parameter have its type. */
export const AGGREGATIONS: Record<string, ValueType | undefined> = {
  avg: undefined, bottomk: 'scalar', count: undefined, count_values: 'string', group: undefined, limitk: 'scalar', limit_ratio: 'scalar', max: undefined,
  min: undefined, quantile: 'scalar', stddev: undefined, stdvar: undefined, sum: undefined, topk: 'scalar',
};
export const EXPERIMENTAL_AGGREGATIONS = ['limitk', 'limit_ratio'];
