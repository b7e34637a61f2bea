import { all, type Input, type Output, output } from '@pulumi/pulumi';

/** What is known of an Output before any object is made of it. */
interface Awaited {
  readonly output: Output<unknown>;
  /** Its value, or what stands for it while a preview does not know it. */
  readonly value: unknown;
  readonly known: boolean;
}

/** Another value of an Output, by the index of the Output. */
export interface Probe {
  readonly index: number;
  readonly value: unknown;
}

/** What a value that is not known may be, if it is no name. */
const OF_OTHER_KINDS = [7, true, false];

/** Thrown where a value is asked for that has to be waited for; the same is asked again when it is there. */
class Waiting extends Error {
  constructor() {
    super('An Output was asked for outside of the functions that are given to the component. Give it as a prop, or ask within such a function.');
  }
}

/** Members that Pulumi keeps out of its declarations. */
interface Knowable {
  readonly isKnown: Promise<boolean>;
  promise(): Promise<unknown>;
}

/**
 * The values of Outputs, in the order in which one deterministic function asks for them.
 *
 * By order and not by identity, for `output.apply(…)` within the function is another Output each time that it runs.
 */
export class Values {
  private readonly awaited: Awaited[] = [];
  private next = 0;
  private wanted?: Output<unknown>;
  private probed?: Probe;

  /** The value of the next Output that is asked for; it is made once only. */
  public of<T>(make: () => Input<T>): T {
    const index = this.next++;
    if (index === this.awaited.length) {
      this.wanted = output(make() as Input<unknown>) as Output<unknown>;
      throw new Waiting();
    }
    return (index === this.probed?.index ? this.probed.value : this.awaited[index].value) as T;
  }

  /** Runs a function until all that it asks for is there. */
  public async settle<T>(run: () => T): Promise<T> {
    for (;;) {
      try {
        return this.run(run);
      } catch (error) {
        if (!(error instanceof Waiting) || !this.wanted) throw error;
        await this.wait(this.wanted);
      }
    }
  }

  /** Runs the function once more, with another value of one Output. */
  public probe<T>(probe: Probe, run: () => T): T {
    this.probed = probe;
    try {
      return this.run(run);
    } finally {
      this.probed = undefined;
    }
  }

  /** Other values of each Output: what of the function's result changes with one of them is made of it. */
  public get probes(): Probe[] {
    return this.awaited.flatMap(({ value, known }, index) => [otherThan(value), ...(known ? [] : OF_OTHER_KINDS)].map(other => ({ index, value: other })));
  }

  /** The Outputs that were asked for, by their indices. */
  public get all(): number[] {
    return [...this.awaited.keys()];
  }

  /** What stands in texts for values that are not known yet. */
  public get placeholders(): string[] {
    return this.awaited.filter(({ known }) => !known).map(({ value }) => value as string);
  }

  /** A value that was made of those Outputs: it waits for the same resources, is as secret, and as unknown. */
  public madeOf<T>(indices: number[], value: T): Output<T> {
    return all(indices.map(index => this.awaited[index].output)).apply(() => value) as Output<T>;
  }

  private run<T>(run: () => T): T {
    this.next = 0;
    return run();
  }

  private async wait(wanted: Output<unknown>): Promise<void> {
    const { isKnown, promise } = wanted as unknown as Knowable;
    const known = await isKnown;
    // Like a name, for that is what most Outputs are; what it is not fit for is judged when the value is known.
    const value = known ? await promise.call(wanted) : `unknown-${this.awaited.length}`;
    this.awaited.push({ output: wanted, value, known });
    this.wanted = undefined;
  }
}

/** Another value of the same shape, so that it passes the same checks. */
function otherThan(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/[a-z0-9]/gi, rotated);
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  if (Array.isArray(value)) return value.map(otherThan);
  if (value !== null && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, otherThan(entry)]));
  return value;
}

/** The next of its kind: a letter stays a letter, a digit a digit. */
function rotated(character: string): string {
  const kind = ['abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '0123456789'].find(characters => characters.includes(character))!;
  return kind[(kind.indexOf(character) + 1) % kind.length];
}

