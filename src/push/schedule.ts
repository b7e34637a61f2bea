/** Minutes. */
const DAY = 24 * 60;
/** Days that are looked at: eight years, so that each 29th of February between two others is met. */
const HORIZON = 8 * 366;

/** A part of a schedule: its name, its least and greatest number, and words for numbers. */
interface Part {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly words?: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const PARTS: readonly Part[] = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of the month', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, words: MONTHS },
  { name: 'day of the week', min: 0, max: 6, words: WEEKDAYS },
];

/** The names that Kubernetes takes for whole schedules. */
const MACROS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *', '@annually': '0 0 1 1 *', '@monthly': '0 0 1 * *', '@weekly': '0 0 * * 0', '@daily': '0 0 * * *', '@midnight': '0 0 * * *', '@hourly': '0 * * * *',
};

/** The times of a schedule that lie closest together and farthest apart, in seconds. */
export interface Gaps {
  readonly shortest: number;
  readonly longest: number;
}

class Problem extends Error {}

function numberOf(text: string, { name, min, max, words = [] }: Part): number {
  const word = words.indexOf(text.toLowerCase());
  const value = word >= 0 ? word + min : /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(value >= min && value <= max)) {
    const sunday = name === 'day of the week' && text === '7' ? '; Sunday is 0' : '';
    throw new Problem(`has '${text}' as its ${name}, which must be from ${min} to ${max}${words.length > 0 ? ` or a name such as ${words[1]}` : ''}${sunday}`);
  }
  return value;
}

function rangeOf(text: string, part: Part): number[] {
  const [range, step, ...more] = text.split('/');
  if (more.length > 0 || (step !== undefined && !/^[1-9]\d*$/.test(step))) {
    throw new Problem(`has '${text}' as its ${part.name}, but a step is a whole number behind one '/', e.g. */15`);
  }
  const [from, to, ...rest] = range.split('-');
  const whole = range === '*' || range === '?';
  const first = whole ? part.min : numberOf(from, part);
  // As cron does it: a number with a step goes on to the end.
  const last = whole || (to === undefined && step !== undefined) ? part.max : to === undefined ? first : numberOf(to, part);
  if (rest.length > 0 || last < first) {
    throw new Problem(`has '${text}' as its ${part.name}, but a range goes from the smaller to the greater, e.g. ${part.min}-${part.max}`);
  }
  return Array.from({ length: Math.floor((last - first) / Number(step ?? 1)) + 1 }, (_, index) => first + index * Number(step ?? 1));
}

const valuesOf = (text: string, part: Part): Set<number> => new Set(text.split(',').flatMap(piece => rangeOf(piece, part)));

/** Whether a part leaves the choice of days to the other one, as the cron of Kubernetes (robfig/cron 3, parser.go) has it: a step of more than 1 does not. */
const isStar = (text: string): boolean => text.split(',').some(piece => /^[*?](\/1)?$/.test(piece));

interface Times {
  /** Minutes of the day, in order. */
  readonly minutes: number[];
  readonly isDay: (date: Date) => boolean;
}

function read(schedule: string): Times {
  if (/\bTZ=/.test(schedule)) {
    throw new Problem("names a time zone, which Kubernetes refuses there; use 'timeZone'");
  }
  const known = Object.hasOwn(MACROS, schedule) ? MACROS[schedule] : undefined;
  if (schedule.startsWith('@') && known === undefined) {
    throw new Problem(`is no name that Kubernetes knows; known are ${Object.keys(MACROS).join(', ')}`);
  }
  const texts = (known ?? schedule).trim().split(/\s+/);
  if (texts.length !== PARTS.length) {
    throw new Problem(`must have 5 parts (${PARTS.map(({ name }) => name).join(', ')}), but has ${texts.length}`);
  }
  const [minutes, hours, days, months, weekdays] = texts.map((text, index) => valuesOf(text, PARTS[index]));
  const either = !isStar(texts[2]) && !isStar(texts[4]);
  return {
    minutes: [...hours].flatMap(hour => [...minutes].map(minute => hour * 60 + minute)).sort((one, other) => one - other),
    isDay: date => {
      const [day, weekday] = [days.has(date.getUTCDate()), weekdays.has(date.getUTCDay())];
      return months.has(date.getUTCMonth() + 1) && (either ? day || weekday : day && weekday);
    },
  };
}

function gapsBetween({ minutes, isDay }: Times): Gaps {
  const found = { shortest: Infinity, longest: 0 };
  const add = (gap: number) => {
    found.shortest = Math.min(found.shortest, gap);
    found.longest = Math.max(found.longest, gap);
  };
  minutes.slice(1).forEach((minute, index) => add(minute - minutes[index]));
  let last: number | undefined;
  for (let day = 0; day < HORIZON; day++) {
    if (isDay(new Date(Date.UTC(2024, 0, 1 + day)))) {
      if (last !== undefined) {
        add((day - last) * DAY + minutes[0] - minutes.at(-1)!);
      }
      last = day;
    }
  }
  if (last === undefined) {
    throw new Problem('names a day that no month has, so that it would never run');
  }
  return { shortest: found.shortest * 60, longest: found.longest * 60 };
}

/** What lies between two times of a schedule, as the cron of Kubernetes reads it; or what is wrong with it, as the second half of a sentence. */
export function gapsOf(schedule: string): Gaps | string {
  try {
    return gapsBetween(read(schedule));
  } catch (error) {
    if (error instanceof Problem) {
      return error.message;
    }
    throw error;
  }
}
