import type { Peer } from './config';
import type { Files } from './folder';
import type { Log } from '../../core/program/log';

/** Milliseconds for which a peer may keep a pod from starting. */
const TIMEOUT = 5_000;

/** A file's name leads to no other folder. */
const isFile = ([name, text]: [string, unknown]): boolean => /^[^_/]+_[^_/]+_[^/]+$/.test(name) && typeof text === 'string';

/**
 * What the first of the peers that has rules has in force, so that a new pod has the last good version of a file that is broken now. Nothing if
 * none of them answers: they may all be new.
 */
export async function filesOfPeers(peers: readonly Peer[], ordinal: number, pod: string | undefined, log: Log): Promise<Files> {
  for (const { pods, url } of peers.filter(peer => pod !== `${peer.pods}-${ordinal}`)) {
    const peer = `${pods}-${ordinal}`;
    try {
      const response = await fetch(url.replace('{ordinal}', String(ordinal)), { signal: AbortSignal.timeout(TIMEOUT) });
      if (!response.ok) {
        throw new Error(`it answers ${response.status}`);
      }
      const files = new Map(Object.entries(await response.json() as Record<string, string>).filter(isFile));
      log('info', 'a peer was asked what it has in force', { peer, files: files.size });
      if (files.size > 0) {
        return files;
      }
    } catch (error) {
      log('info', 'a peer does not say what it has in force', { peer, reason: String((error as Error).cause ?? error) });
    }
  }
  return new Map();
}
