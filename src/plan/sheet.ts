import { Figure, FigureUnit } from './figure';

/** What was set by hand on a construct, in base units (seconds, bytes, cores), by the key of the figure. */
export type Given<K extends string> = { readonly [P in K]?: number };

/** All numbers in force of one part, in base units, and the figures that explain them. */
export type Planned<K extends string> = { readonly [P in K]: number } & { readonly figures: Figure[] };

/** What may stand in a formula: an object of one entry, the name and value of a number, or another formula. */
type Term = Record<string, number> | Calculation;

/** A formula, with names and with numbers; the texts are made when they are read, as most plans are never printed. */
class Calculation {
  constructor(private readonly text: TemplateStringsArray, private readonly terms: Term[]) {}

  /** The formula in names of figures and constants. */
  public get formula(): string {
    return this.join(term => (term instanceof Calculation ? term.formula : Object.keys(term)[0]));
  }

  /** The formula with numbers in place of names. */
  public get numbers(): string {
    return this.join(term => (term instanceof Calculation ? term.numbers : plain(Object.values(term)[0])));
  }

  private join(write: (term: Term) => string): string {
    return this.text.map((piece, i) => piece + (i < this.terms.length ? write(this.terms[i]) : '')).join('');
  }
}

/** Writes a formula: calc`ceil(${{ shards }} × ${{ replicas }})`. */
export function calc(text: TemplateStringsArray, ...terms: Term[]): Calculation {
  return new Calculation(text, terms);
}

/** A number with the formula that gave it. */
export interface Calculated {
  readonly value: number;
  readonly how: Calculation;
}

/** What a plan function states about a figure. */
export interface FigureSpec extends Calculated {
  readonly unit: FigureUnit;
  readonly needed?: number;
  readonly reason: string;
  readonly source: string;
}

/** Records the figures of one part in the order in which they are worked out. */
export class Sheet<K extends string> {
  public readonly figures: Figure[] = [];

  constructor(private readonly part: string, private readonly given: Given<K>) {}

  /** The number in force: what was set by hand, else what the formula gave. */
  public figure(name: K, spec: FigureSpec): number {
    const figure = new Entry(this.part, name, spec, this.given[name]);
    this.figures.push(figure);
    return figure.value;
  }
}

class Entry implements Figure {
  public readonly unit: FigureUnit;
  public readonly planned: number;
  public readonly needed?: number;
  public readonly value: number;
  public readonly byHand: boolean;
  public readonly reason: string;
  public readonly source: string;
  private readonly how: Calculation;

  constructor(public readonly part: string, public readonly name: string, spec: FigureSpec, byHand: number | undefined) {
    this.unit = spec.unit;
    this.planned = spec.value;
    this.needed = spec.needed;
    this.value = byHand ?? spec.value;
    this.byHand = byHand !== undefined;
    this.reason = spec.reason;
    this.source = spec.source;
    this.how = spec.how;
  }

  public get formula(): string {
    return this.how.formula;
  }

  public get numbers(): string {
    return this.how.numbers;
  }

  /** Read by JSON.stringify, which passes over getters. */
  public toJSON(): Figure {
    const { part, name, unit, planned, needed, value, byHand, formula, numbers, reason, source } = this;
    return { part, name, unit, planned, needed, value, byHand, formula, numbers, reason, source };
  }
}

/** Holds a calculation to what was set by hand elsewhere, if anything was. */
export function atMost(name: string, bound: number | undefined, planned: Calculated): Calculated {
  if (bound === undefined) return planned;
  return { value: Math.min(bound, planned.value), how: calc`min(${{ [name]: bound }}, ${planned.how})` };
}

/** A number as it stands in a formula: six significant digits, thousands set apart, no unit. */
function plain(value: number): string {
  const short = Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
  const [whole, fraction] = short.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}
