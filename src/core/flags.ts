import type { Base, Field, Given } from './fields';
import { bytesText, durationText } from './units';

/** A prop that is an argument of the program: `--name=value`. */
export interface Flag<T> extends Field<T> {
  readonly flag: string;
  /** What the program itself takes when the flag is left out: as its `--help` prints it, or in base units, for rules that count with it. */
  readonly upstreamDefault?: string | number;
  readonly render: (value: Base<T>) => string[];
}

type Codec = (value: never) => string;

/** A text as an argument: the kubelet replaces `$(NAME)` in arguments, and reads `$$` as a dollar sign. */
export const literalArgument = (value: string): string => value.replace(/\$/g, '$$$$');

const CODECS = {
  text: value => literalArgument(String(value)),
  bytes: bytesText as Codec,
  duration: durationText as Codec,
} satisfies Record<string, (value: never) => string>;

/** How a flag is written. */
interface FlagOptions {
  /** What the program itself takes when the flag is left out: as its `--help` prints it, or in base units, for rules that count with it. */
  readonly default?: string | number;
  /** How the value is written. @default - as it is */
  readonly as?: keyof typeof CODECS;
  /** A boolean flag that is on by default, and is switched off by `--no-…`. */
  readonly negatable?: boolean;
  /** A list stands in one argument, with commas between its items. @default - one argument an item */
  readonly joined?: boolean;
}

/** Makes a field an argument. Lists repeat the flag; booleans stand alone. */
export function flag<T>(name: string, field: Field<T>, options: FlagOptions = {}): Flag<T> {
  const one = (value: unknown): string => `--${name}=${(CODECS[options.as ?? 'text'] as (value: unknown) => string)(value)}`;
  const render = (value: unknown): string[] => {
    if (typeof value === 'boolean') {
      return value ? [`--${name}`] : options.negatable ? [`--no-${name}`] : [];
    }
    if (options.joined && Array.isArray(value)) {
      return value.length > 0 ? [one(value.join(','))] : [];
    }
    return Array.isArray(value) ? value.map(one) : [one(value)];
  };
  return { ...field, flag: name, upstreamDefault: options.default, render };
}

type Row = Field<never> | Flag<never>;

const isFlag = (row: Row): row is Flag<never> => 'flag' in row;

/** The arguments of a program, in the order of the rows. Settings that are undefined are left to the program. */
export function renderFlags<P>(fields: { readonly [K in keyof P]: unknown }, settings: Given<P>): string[] {
  return (Object.entries(fields) as [keyof P & string, Row][]).flatMap(([key, row]) =>
    isFlag(row) && settings[key] !== undefined ? row.render(settings[key] as never) : []);
}

/** What a program takes when a flag is left out, as its `--help` prints it. */
const defaultText = ({ upstreamDefault, render }: Flag<never>): string | undefined =>
  typeof upstreamDefault === 'number' ? render(upstreamDefault as never)[0].replace(/^[^=]*=/, '') : upstreamDefault;

/** The rows of a table that are flags; the checks with the real programs read them. */
export function flagsOf(fields: object): { flag: string; upstreamDefault?: string }[] {
  return (Object.values(fields) as Row[]).filter(isFlag).map(row => ({ flag: row.flag, upstreamDefault: defaultText(row) }));
}

/** Own arguments, and those given by hand behind them: one of the same flag replaces ours. */
export function withExtraArgs(args: string[], extra: string[] = []): string[] {
  if (extra.length === 0) {
    return args;
  }
  const nameOf = (arg: string) => arg.split('=')[0].replace(/^--no-/, '--');
  const replaced = new Set(extra.map(nameOf));
  return [...args.filter(arg => !replaced.has(nameOf(arg))), ...extra];
}
