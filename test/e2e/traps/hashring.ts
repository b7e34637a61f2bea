/** Name of the ring file. */
export const RING_FILE = 'hashrings.json';

/** A member of the ring. */
export interface Endpoint {
  address: string;
  az?: string;
}

/** The ring file, as far as traps change it. */
export type RingFile = { hashring: string; endpoints: Endpoint[] }[];

/** Changes the ring file among a pod's files. */
export const editRing = (change: (ring: RingFile) => RingFile) => (text: string, file: string): string =>
  file === RING_FILE ? JSON.stringify(change(JSON.parse(text) as RingFile)) : text;
