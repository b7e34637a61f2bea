/** A silence in its last state. */
export interface SilenceRecord {
  readonly id: string;
  readonly state: string;
  readonly matchers: unknown;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly updatedAt: string;
  readonly createdBy: string;
  readonly comment: string;
  readonly annotations?: unknown;
}

interface ApiSilence extends Omit<SilenceRecord, 'state'> {
  readonly status: { readonly state: string };
}

const TIMEOUT = 10_000;

/** All silences that Alertmanager knows, also those that are over, which it keeps for its retention. */
export async function silencesOf(alertmanagerUrl: string): Promise<SilenceRecord[]> {
  const response = await fetch(`${alertmanagerUrl}/api/v2/silences`, { signal: AbortSignal.timeout(TIMEOUT) });
  if (!response.ok) {
    throw new Error(`Alertmanager answers ${response.status} when it is asked for its silences`);
  }
  return (await response.json() as ApiSilence[]).map(({ id, status, matchers, startsAt, endsAt, updatedAt, createdBy, comment, annotations }) =>
    ({ id, state: status.state, matchers, startsAt, endsAt, updatedAt, createdBy, comment, annotations }));
}

/** Those that have changed since they were stored. */
export class ChangedSilences {
  private stored = new Map<string, string>();

  public of(silences: SilenceRecord[]): { readonly changed: SilenceRecord[]; readonly done: () => void } {
    const texts = new Map(silences.map(silence => [silence.id, JSON.stringify(silence)]));
    return {
      changed: silences.filter(({ id }) => this.stored.get(id) !== texts.get(id)),
      done: () => {
        this.stored = texts;
      },
    };
  }
}
