import { isIP } from 'net';
import { Duration, Size } from 'cdk8s';
import type { Cpu, ISecret, SecretValue } from 'cdk8s-plus-28';
import { copied, isPlain, isRecord } from './plain';
import { bytes, bytesText, cores, durationText, seconds } from './units';

export { copied, isRecord } from './plain';

/** What a prop is inside the library: units become plain numbers in seconds, bytes and cores. */
export type Base<T> = T extends Duration | Size | Cpu ? number : T;

/** The props that were given and are well-formed, in base units. */
export type Given<P> = { -readonly [K in keyof P]?: Base<NonNullable<P[K]>> };

/** One kind of value: what is wrong with a given one, and what it is in base units. */
export interface Field<T> {
  /** Whether it must be given. */
  readonly required?: boolean;
  /** Whether nothing can take its place, so that a construct cannot go on without it. */
  readonly opaque?: boolean;
  /** Whether it is a part of the platform, or a list of them, whose findings must be seen. */
  readonly part?: boolean;
  /** The second half of a sentence that begins with the prop's name, or nothing if the value is fine. */
  problem(value: T): string | undefined;
  base(value: T): Base<T>;
}

/** One row a prop: a missing row, or one of the wrong type, does not compile. */
export type Fields<P> = { readonly [K in keyof P]-?: Field<NonNullable<P[K]>> };

interface Range {
  readonly min?: number;
  readonly max?: number;
}

const LONGEST_SHOWN = 200;

/** A value in a message, whatever it is. */
export function shown(value: unknown): string {
  const whole = asText(value);
  return whole.length > LONGEST_SHOWN ? `${whole.slice(0, LONGEST_SHOWN)}…` : whole;
}

function asText(value: unknown): string {
  if (typeof value === 'function') {
    return `the function or class '${value.name}'`;
  }
  try {
    // JSON has no NaN and no Infinity.
    return typeof value === 'number' ? String(value) : JSON.stringify(value) ?? String(value);
  } catch {
    // What refers to itself, as constructs do, and numbers of JavaScript's other kind.
    return typeof value !== 'object' ? String(value)
      : isPlain(value) || Array.isArray(value) ? 'an object that JSON cannot hold' : `an object of class '${value!.constructor.name}'`;
  }
}

/** Names in a message. */
export const quoted = (names: readonly string[], between = ', '): string => names.map(name => `'${name}'`).join(between);

const outside = (value: number, { min, max }: Range): boolean =>
  !Number.isFinite(value) || (min !== undefined && value < min) || (max !== undefined && value > max);

function rangeText({ min, max }: Range, text: (value: number) => string): string {
  if (min !== undefined && max !== undefined) {
    return ` from ${text(min)} to ${text(max)}`;
  }
  return min !== undefined ? ` of at least ${text(min)}` : max !== undefined ? ` of at most ${text(max)}` : '';
}

/**
 * A field whose base is a number within a range. `utmost` is what any program can hold; it is only spoken of where it is exceeded.
 */
function quantity<T>(what: string, range: Range, convert: (value: T) => number, text: (value: number) => string, utmost: number): Field<T> {
  const must = (limits: Range) => `must be ${what}${rangeText(limits, text)}`;
  return {
    problem: value => {
      let base: number;
      try {
        base = convert(value);
      } catch {
        return `${must(range)}, but is ${shown(value)}`;
      }
      const limits = base > utmost ? { max: utmost, ...range } : range;
      return outside(base, limits) ? `${must(limits)}, but is ${Number.isFinite(base) ? text(base) : shown(value)}` : undefined;
    },
    base: value => convert(value) as Base<T>,
  };
}

function numeric(value: unknown): number {
  return typeof value === 'number' ? value : NaN;
}

/** A whole number, 0 or more unless the range says otherwise. */
export const count = (range: Range = {}): Field<number> =>
  quantity<number>('a whole number', { min: 0, ...range }, value => (Number.isInteger(value) ? value : NaN), String, Number.MAX_SAFE_INTEGER);

/** Any number within a range. */
export const decimal = (range: Range): Field<number> => quantity<number>('a number', range, numeric, String, Number.MAX_SAFE_INTEGER);

/** An exbibyte: what Kubernetes' quantities hold. */
const LARGEST_SIZE = 1024 ** 6;

/** A `Size`, more than 0 unless the range (in bytes) says otherwise. */
export const size = (range: Range = {}): Field<Size> =>
  quantity<Size>('a Size, e.g. Size.gibibytes(1),', { min: 1, ...range }, bytes, bytesText, LARGEST_SIZE);

/** A hundred years; Go's durations end at 292. */
const LONGEST_DURATION = 100 * 365 * 24 * 3600;

/** A `Duration`, more than 0 unless the range (in seconds) says otherwise. */
export const duration = (range: Range = {}): Field<Duration> =>
  quantity<Duration>('a Duration, e.g. Duration.hours(1),', { min: 0.001, ...range }, seconds, durationText, LONGEST_DURATION);

const MOST_CORES = 1e6;

/** An amount of CPU, more than 0. */
export const cpu = (): Field<Cpu> =>
  quantity<Cpu>('a Cpu, e.g. Cpu.millis(500),', { min: 0.001 }, cores, value => `${value} cores`, MOST_CORES);

export const toggle = (): Field<boolean> => ({
  problem: value => (typeof value === 'boolean' ? undefined : `must be true or false, but is ${shown(value)}`),
  base: value => value,
});

/** A text that matches a pattern; `what` says in words what is allowed. */
export const text = (what = 'a text that is not empty', pattern = /\S/, maxLength = Infinity): Field<string> => ({
  problem: value => (typeof value === 'string' && value.length <= maxLength && pattern.test(value) ? undefined
    : `must be ${what}${maxLength < Infinity ? ` of at most ${maxLength} characters` : ''}, but is ${shown(value)}`),
  base: value => value,
});

/** One of the values of an enum. */
export const oneOf = <T extends string>(values: Record<string, T>): Field<T> => ({
  problem: value => (Object.values(values).includes(value) ? undefined
    : `must be one of ${Object.values(values).join(', ')}, but is ${shown(value)}`),
  base: value => value as Base<T>,
});

/** A list, not empty unless `least` is 0, whose items are all of one kind. */
export const list = <T>(item: Field<T>, least: 0 | 1 = 1): Field<T[]> => ({
  part: item.part,
  problem: value => {
    if (!Array.isArray(value) || value.length < least) {
      return `must be a list${least ? ' with at least one item' : ''}, but is ${shown(value)}; leave it out for the default`;
    }
    // Spread, for a list may have holes.
    const problems = [...value].flatMap(entry => item.problem(entry) ?? []).map(problem => `each item ${problem}`);
    return problems.length > 0 ? problems.join('; ') : undefined;
  },
  base: value => copied(value) as Base<T[]>,
});

/** cdk8s asks each object that it prints for its class, and would take what stands at this key for it. */
const unprintable = (key: string) => (key === 'constructor' ? 'must be another one, for cdk8s cannot print an object that has it' : undefined);

/** A map whose values are all of one kind, and whose keys match a pattern. */
export const map = <T>(value: Field<T>, keys: Field<string> = text()): Field<Record<string, T>> => ({
  problem: entries => {
    if (!isPlain(entries)) {
      return `must be a map, but is ${shown(entries)}`;
    }
    const problems = Object.entries(entries).flatMap(([key, entry]) => [
      ...[keys.problem(key), unprintable(key)].flatMap(problem => problem ?? []).map(problem => `key '${key}' ${problem}`),
      ...(value.problem(entry) ? [`'${key}' ${value.problem(entry)}`] : []),
    ]);
    return problems.length > 0 ? problems.join('; ') : undefined;
  },
  base: entries => copied(entries) as Base<Record<string, T>>,
});

/** A struct that is read by itself, with a prefix of its own. */
export const some = <T>(): Field<T> => ({
  problem: value => (isRecord(value) ? undefined : `must be an object, e.g. {}, but is ${shown(value)}`),
  base: value => value as Base<T>,
});

/** A struct whose own fields are judged with it, and which is taken as it is now. */
export const struct = <T extends object>(fields: Fields<T>): Field<T> => ({
  problem: value => {
    const problems = isRecord(value) ? problemsOf(fields, value as T).map(([key, problem]) => `has '${key}', ${/^(each|key|') ?/.test(problem) ? 'where' : 'which'} ${problem}`)
      : [`must be an object, but is ${shown(value)}`];
    return problems.length > 0 ? problems.join(', and ') : undefined;
  },
  base: value => copied(value) as Base<T>,
});

/** A construct or a value of a class, known by a member that no other has. */
export const having = <T extends object>(what: string, member: keyof T & string, holds?: (value: T) => boolean): Field<T> => ({
  problem: value => (value !== null && typeof value === 'object' && (value[member] ?? undefined) !== undefined && (holds?.(value) ?? true) ? undefined
    : `must be ${what}, but is ${shown(value)}`),
  base: value => value as Base<T>,
  opaque: true,
  part: true,
});

/** A prop that has no default. */
export const required = <T>(field: Field<T>): Field<T> => ({ ...field, required: true });

/** A name that Kubernetes takes for a label of DNS. */
export const dnsLabel = (maxLength = 63): Field<string> =>
  text('a DNS label (lower-case letters, digits and \'-\', beginning with a letter and ending with a letter or digit)',
    /^[a-z]([-a-z0-9]*[a-z0-9])?$/, maxLength);

/** A name that DNS knows, or an address. */
export const hostName = (): Field<string> => {
  const name = text('a DNS name or an address, without a scheme, a port or a path', /^[A-Za-z0-9_]([-A-Za-z0-9_]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([-A-Za-z0-9_]*[A-Za-z0-9_])?)*\.?$/, 253);
  return { ...name, problem: value => (typeof value === 'string' && value.includes(':') && isIP(value) ? undefined : name.problem(value)) };
};

/** A name of a namespace. */
export const namespaceName = (): Field<string> =>
  text('a name of a namespace (lower-case letters, digits and \'-\', beginning and ending with a letter or digit)', /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 63);

/** A name that Kubernetes takes for a DNS subdomain, as most objects have. */
export const dnsSubdomain = (what = 'a DNS subdomain'): Field<string> =>
  text(`${what} (lower-case letters, digits, '-' and '.')`, /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/, 253);

const SECRET_KEY = text('a key of a Secret', /^(?!\.$|\.\.)[-._a-zA-Z0-9]+$/, 253);

const isNamed = (value: unknown): boolean => isRecord(value) && dnsSubdomain().problem(value.name as string) === undefined;

/** An object of the API that somebody else makes, by its name; `made` says how one comes to such an object. */
export const named = <T extends { readonly name: string }>(what: string, made: string): Field<T> => ({
  problem: value => (isNamed(value) ? undefined
    : `must be ${isRecord(value) ? `${what} by a name that Kubernetes takes` : `${what}, e.g. ${made}`}, but is ${shown(value)}`),
  base: value => value as Base<T>,
});

const SECRET = 'Secret.fromSecretName(…)';

/** The row of a Secret. */
export const secret = (): Field<ISecret> => named('a Secret', SECRET);

/** A key of a Secret. What was given instead may be the secret itself, so it is not shown. */
export const secretValue = (): Field<SecretValue> => ({
  problem: value => {
    const wrong = [
      ...(isNamed(value?.secret) ? [] : [`its 'secret' is no Secret, which ${SECRET} makes`]),
      ...(SECRET_KEY.problem(value?.key) ? ['its \'key\' is no key of one (letters, digits, \'-\', \'_\' and \'.\', neither \'.\' alone nor with \'..\' in front)'] : []),
    ];
    const but = isRecord(value) && wrong.length > 0 ? `, but ${wrong.join(', and ')}` : '';
    return wrong.length > 0 ? `must be a key of a Secret, e.g. { secret: ${SECRET}, key: 'password' }${but}; no secret ever stands in YAML` : undefined;
  },
  base: value => value as Base<SecretValue>,
});

/** A value that Kubernetes takes for a label. */
export const labelValue = (): Field<string> =>
  text('a label value (letters, digits, \'-\', \'_\' and \'.\')', /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/, 63);

/** A key that Kubernetes takes for a label or an annotation. */
export const labelKey = (): Field<string> =>
  text('a key of labels (a DNS subdomain and \'/\' if wanted, then up to 63 letters, digits, \'-\', \'_\' and \'.\')',
    /^((?=.{1,253}\/)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/);

/** A name of an HTTP header. */
export const headerName = (): Field<string> => text('a name of an HTTP header (letters, digits and \'-\')', /^[A-Za-z0-9-]+$/);

/** A name of Prometheus' data model for a label. */
export const labelName = (): Field<string> =>
  text('a Prometheus label name (letters, digits and \'_\', not beginning with a digit or \'__\')', /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/);

export const rowsOf = <P>(fields: Fields<P>) => fields as unknown as Record<string, Field<unknown> | undefined>;

function isGiven(values: Record<string, unknown>, key: string): boolean {
  try {
    return values[key] !== undefined;
  } catch {
    return true;
  }
}

/** Classes of users may have getters that throw. */
function problemAt(field: Field<unknown>, values: Record<string, unknown>, key: string): string | undefined {
  try {
    const problem = field.problem(values[key]);
    return values[key] === undefined ? problem?.replace('but is undefined', 'but is not given') : problem;
  } catch (error) {
    return `cannot be judged, for reading it throws ${shown((error as Error).message)}; hand over a plain value`;
  }
}

/** What is wrong with props, by their names: each that is given, and each that is missing. */
export function problemsOf<P extends object>(fields: Fields<P>, props: P): [string, string][] {
  const rows = rowsOf(fields);
  const values = props as Record<string, unknown>;
  const missing = Object.keys(fields).filter(key => rows[key]!.required && !isGiven(values, key));
  return [...Object.keys(props).filter(name => isGiven(values, name)), ...missing].flatMap(key => {
    const field = Object.hasOwn(fields, key) ? rows[key] : undefined;
    const problem = field ? problemAt(field, values, key) : `is not known here; ${suggestion(key, Object.keys(fields))}`;
    return problem ? [[key, problem] as [string, string]] : [];
  });
}

/** Ends a sentence with what is wrong, which may end with a question. */
export const ended = (problem: string): string => (problem.endsWith('?') ? problem : `${problem}.`);

function suggestion(key: string, known: string[]): string {
  const near = known.find(name => name.toLowerCase() === key.toLowerCase())
    ?? known.find(name => key.length > 2 && (name.toLowerCase().includes(key.toLowerCase()) || key.toLowerCase().includes(name.toLowerCase())));
  return near ? `did you mean '${near}'?` : `known are ${known.join(', ')}`;
}
