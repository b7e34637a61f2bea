import { printRows, Rows } from './config-rows';
import { Field, list, required, shown, struct, text } from '../core/fields';

/** A part of a day. */
export interface TimeRange {
  /** Beginning, e.g. `09:00`. */
  readonly start: string;
  /** End, which is not part of it, e.g. `17:30`; `24:00` is the end of the day. */
  readonly end: string;
}

/** A span of time that comes again: all that is stated must hold; of each list, one. */
export interface TimeSpan {
  /** Parts of days. @default - all day */
  readonly times?: TimeRange[];
  /** Days of the week, or ranges of them, e.g. `monday:friday`, `sunday`. @default - every day */
  readonly weekdays?: string[];
  /** Days of the month, or ranges of them; negative ones count from the end, e.g. `1:5`, `-3:-1`. @default - every day */
  readonly daysOfMonth?: string[];
  /** Months, or ranges of them, by name or number, e.g. `january:march`, `12`. @default - every month */
  readonly months?: string[];
  /** Years, or ranges of them, e.g. `2026:2028`. @default - every year */
  readonly years?: string[];
  /** Time zone, e.g. `Europe/Berlin`. @default UTC */
  readonly location?: string;
}

/** Spans of time that routes name, to be silent in them, or outside of them. */
export interface TimeInterval {
  /** Name. */
  readonly name: string;
  /** The spans; it is inside the interval whenever it is in one of them. */
  readonly spans: TimeSpan[];
}

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const MONTHS = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december'];

/** A member or a range of them, as `numbers` gives each its place; Alertmanager 0.34, timeinterval/timeinterval.go. */
function range(what: string, number: (word: string) => number, low: number, high: number): Field<string> {
  const within = (value: number) => Number.isInteger(value) && value !== 0 && value >= low && value <= high;
  const field = text(what);
  return {
    ...field,
    problem: value => {
      const ends = typeof value === 'string' ? value.toLowerCase().split(':').map(number) : [];
      const [first, last = first] = ends;
      return ends.length > 0 && ends.length < 3 && ends.every(within) && inOrder(first, last) ? undefined : `must be ${what}, but is ${shown(value)}`;
    },
  };
}

/** Negative days count from the end of a month, of which Alertmanager takes the shortest. */
const inOrder = (first: number, last: number): boolean =>
  !(first < 0 && last > 0) && (first < 0 ? 28 + first : first) <= (last < 0 ? 28 + last : last);

const numberOf = (names: string[]) => (word: string): number => (names.includes(word) ? names.indexOf(word) + 1 : NaN);
const whole = (word: string): number => (/^-?\d+$/.test(word) ? Number(word) : NaN);

const clock = (what: string) => text(what, /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/);

const TIME_RANGE: Rows<TimeRange> = {
  start: { ...required(clock('a time such as 09:00')), key: 'start_time' },
  end: { ...required(clock('a time such as 17:30')), key: 'end_time' },
};

const timeRange = (): Field<TimeRange> => {
  const field = struct<TimeRange>(TIME_RANGE);
  return { ...field, problem: value => field.problem(value) ?? (value.start < value.end ? undefined : `must end after it starts, but is ${value.start} to ${value.end}; over midnight, state two`) };
};

const SPAN_ROWS: Rows<TimeSpan> = {
  times: { ...list(timeRange()), print: value => (value as TimeRange[]).map(each => printRows(TIME_RANGE, each)) },
  weekdays: list(range('days of the week such as monday:friday', numberOf(WEEKDAYS), 1, 7)),
  daysOfMonth: list(range('days of the month such as 1:5 or -3:-1', whole, -31, 31)),
  months: list(range('months such as january:march or 12', word => whole(word) || numberOf(MONTHS)(word), 1, 12)),
  years: list(range('years such as 2026:2028', whole, 1, 9999)),
  location: {
    ...text('a time zone such as Europe/Berlin'),
    problem: value => (isTimeZone(value) ? undefined : `must be a time zone such as Europe/Berlin, or Local, but is ${shown(value)}`),
  },
};

function isTimeZone(name: unknown): boolean {
  try {
    return typeof name === 'string' && (name === 'Local' || Boolean(new Intl.DateTimeFormat('en', { timeZone: name })));
  } catch {
    return false;
  }
}

export const TIME_INTERVAL_ROWS: Rows<TimeInterval> = {
  name: required(text()),
  spans: { ...required(list(struct<TimeSpan>(SPAN_ROWS))), key: 'time_intervals', print: value => (value as TimeSpan[]).map(each => printRows(SPAN_ROWS, each)) },
};
