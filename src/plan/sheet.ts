import { Figure, FigureUnit } from './figure';

/** What was set by hand on a construct, in base units (seconds, bytes, cores), by the key of the figure. */
export type Given<K extends string> = { readonly [P in K]?: number };

/** All numbers in force of one part, in base units, and the figures that explain them. */
export type Planned<K extends string> = { readonly [P in K]: number } & { readonly figures: Figure[] };

/** A formula in names and in numbers, as the tag {@link calc} makes it. */
export interface Calculation {
  readonly formula: string;
  readonly numbers: string;
}

/** A calculation with its result. */
export interface Calculated extends Calculation {
  readonly value: number;
}

/** What a plan function states about a figure. */
export interface FigureSpec extends Calculated {
  readonly unit: FigureUnit;
  readonly reason: string;
  readonly source: string;
}

/** Records the figures of one part in the order in which they are worked out. */
export class Sheet<K extends string> {
  public readonly figures: Figure[] = [];

  constructor(private readonly part: string, private readonly given: Given<K>) {}

  /** The number in force: what was set by hand, else what the formula gave. */
  public figure(name: K, spec: FigureSpec): number {
    const byHand = this.given[name];
    const value = byHand ?? spec.value;
    this.figures.push({
      part: this.part,
      name,
      unit: spec.unit,
      planned: spec.value,
      value,
      byHand: byHand !== undefined,
      formula: spec.formula,
      numbers: spec.numbers,
      reason: spec.reason,
      source: spec.source,
    });
    return value;
  }
}

/**
 * Writes one formula twice, with names and with numbers.
 *
 * Each hole takes an object of one entry, calc`ceil(${{ shards }} × ${{ replicas }})`, or another calculation.
 */
export function calc(text: TemplateStringsArray, ...holes: (Record<string, number> | Calculation)[]): Calculation {
  const filled = holes.map(hole => (isCalculation(hole) ? hole : entryOf(hole)));
  const join = (side: keyof Calculation) => text.map((piece, i) => piece + (filled[i]?.[side] ?? '')).join('');
  return { formula: join('formula'), numbers: join('numbers') };
}

function isCalculation(hole: Record<string, number> | Calculation): hole is Calculation {
  return typeof hole.formula === 'string';
}

function entryOf(hole: Record<string, number>): Calculation {
  const [name, value] = Object.entries(hole)[0];
  return { formula: name, numbers: plain(value) };
}

/** Holds a calculation to what was set by hand elsewhere, if anything was. */
export function atMost(name: string, bound: number | undefined, planned: Calculated): Calculated {
  if (bound === undefined) return planned;
  return { value: Math.min(bound, planned.value), ...calc`min(${{ [name]: bound }}, ${planned})` };
}

/** A number as it stands in a formula: six significant digits, thousands set apart, no unit. */
function plain(value: number): string {
  const short = Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
  const [whole, fraction] = short.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}
