/** A reload by its answer. */
export interface Reloaded {
  readonly result: 'accepted' | 'refused' | 'unreachable';
  readonly reason?: string;
}

/** As much of Prometheus as is needed here. */
export interface Prometheus {
  /** Not before it has replayed its WAL and read its configuration for the first time. */
  readonly isReady: () => Promise<boolean>;
  readonly reload: () => Promise<Reloaded>;
}

const READY_TIMEOUT = 5_000;
const LONGEST_REASON = 1_000;

/** The Prometheus at a URL, which may take some seconds to reload. */
export function prometheusAt(url: string, reloadTimeout: number): Prometheus {
  return {
    isReady: () => fetch(`${url}/-/ready`, { signal: AbortSignal.timeout(READY_TIMEOUT) }).then(({ ok }) => ok, () => false),
    reload: async () => {
      try {
        const response = await fetch(`${url}/-/reload`, { method: 'POST', signal: AbortSignal.timeout(reloadTimeout * 1000) });
        const text = (await response.text()).trim().slice(0, LONGEST_REASON);
        return response.ok ? { result: 'accepted' } : { result: 'refused', reason: `${response.status} ${text}` };
      } catch (error) {
        return { result: 'unreachable', reason: String((error as Error).cause ?? error) };
      }
    },
  };
}
