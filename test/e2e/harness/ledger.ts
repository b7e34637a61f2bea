import type { Cluster } from './cluster';
import { Forward } from './forward';
import { labelSelector } from './pods';
import { GENERATOR_LABELS, GENERATOR_PORT } from '../generator/objects';
import type { Life } from '../generator/series';

/** Milliseconds; less than a stopping generator can still be asked. */
const EVERY = 10_000;
/** Tenths of a second, as serial numbers count: answers come to their end in another order than they began in. */
const OVERLAP = 100;

/** Keeps what the generator's pods remember, also of those that are gone. */
export class Ledger {
  private readonly lives = new Map<string, Life[]>();
  private timer?: NodeJS.Timeout;
  private reading: Promise<void> = Promise.resolve();

  constructor(private readonly cluster: Cluster, private readonly namespace: string) {}

  /** Reads at once, and from now on so often that a pod that is deleted is asked in its last seconds. */
  public async start(): Promise<void> {
    await this.read();
    this.timer = setInterval(() => void this.read(), EVERY).unref();
  }

  public stop(): void {
    clearInterval(this.timer);
  }

  /** Asks each pod that is there for what came since the last time. */
  public async read(): Promise<void> {
    this.reading = this.reading.then(async () => {
      const { items } = await this.cluster.core.listNamespacedPod({ namespace: this.namespace, labelSelector: labelSelector(GENERATOR_LABELS) });
      // One that cannot be asked now is asked again; that it was asked late enough in the end, the accounting checks.
      await Promise.all(items.map(async ({ metadata }) => this.readPod(metadata?.name ?? '').catch(() => undefined)));
    }).catch(() => undefined);
    return this.reading;
  }

  /** The lives of each pod so far. */
  public get all(): Record<string, Life[]> {
    return Object.fromEntries(this.lives);
  }

  private async readPod(pod: string): Promise<void> {
    const forward = await Forward.to(this.cluster, { namespace: this.namespace, pod, port: GENERATOR_PORT.number });
    try {
      const lives = this.lives.get(pod) ?? [];
      const newest = lives[lives.length - 1]?.answers.at(-1)?.serial ?? 0;
      const told: Life = JSON.parse(await forward.get(`/scrapes?after=${newest - OVERLAP}`));
      const known = lives.find(({ started }) => started === told.started)?.answers ?? [];
      this.lives.set(pod, [...lives.filter(({ started }) => started !== told.started), { ...told, answers: merged(known, told.answers) }]);
    } finally {
      forward.close();
    }
  }
}

function merged(before: Life['answers'], after: Life['answers']): Life['answers'] {
  return [...new Map([...before, ...after].map(answer => [answer.serial, answer])).values()].sort((one, other) => one.serial - other.serial);
}
