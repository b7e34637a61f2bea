import { spawnSync } from 'node:child_process';
import { Direction, TABLE } from './ruleset';

/** What a node dropped of one pod's packets, since the pod has been isolated in that direction. */
export interface Dropped {
  /** `namespace/name`. */
  readonly pod: string;
  readonly direction: Direction;
  readonly packets: number;
}

/**
 * Puts a ruleset in the place of another in one transaction, so that no packet meets half of one.
 *
 * @param network path of the node's network namespace
 * @param text the table's new text
 * @param previous the table's text as it stands; the counters of pods that both isolate go on counting. @default - unknown, everything is made anew
 * @throws when the namespace is gone or nft refuses; then the old ruleset stands
 */
export function replaceRuleset(network: string, text: string, previous?: string): void {
  nft(network, ['-f', '-'], removal(text, previous) + text);
}

function removal(text: string, previous?: string): string {
  if (previous === undefined) return `add table ${TABLE}\ndelete table ${TABLE}\n`;
  // Flushing a table empties its chains and leaves all else.
  const kept = new Set(deletions(text));
  return [`flush table ${TABLE}`, ...deletions(previous).filter(deletion => !kept.has(deletion)), ''].join('\n');
}

/** What would delete each chain, counter and set that a ruleset's text declares. */
function deletions(text: string): string[] {
  return [...text.matchAll(/^ {2}(chain|counter|set) (\S+) \{$/gm)].map(([, kind, name]) => `delete ${kind} ${TABLE} ${name}`);
}

/** The answer of `nft -j list counters`, as far as it matters. */
interface Counters {
  readonly nftables: readonly { readonly counter?: { readonly name: string; readonly packets: number } }[];
}

/** What a node has dropped, a row for each of its isolated pods and direction. `network` is the path of its network namespace. */
export function droppedPackets(network: string): Dropped[] {
  const { nftables } = JSON.parse(nft(network, ['-j', 'list', 'counters', 'table', ...TABLE.split(' ')])) as Counters;
  return nftables.flatMap(({ counter }) => {
    if (!counter) return [];
    const [direction, ...path] = counter.name.split('/');
    return [{ direction: direction as Direction, pod: path.join('/'), packets: counter.packets }];
  });
}

function nft(network: string, args: readonly string[], input?: string): string {
  const { status, stdout, stderr, error } = spawnSync('nsenter', [`--net=${network}`, 'nft', ...args], { input, encoding: 'utf8', timeout: 10_000 });
  if (status !== 0) throw new Error(`nft in the network namespace ${network} failed: ${(error?.message ?? stderr).trim()}`);
  return stdout;
}
