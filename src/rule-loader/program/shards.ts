import { createHash } from 'node:crypto';

/** What a rule file is made of: what stands before its groups, and each of them as it is written. */
interface Parts {
  readonly head: string;
  readonly groups: readonly string[];
}

/** A list in brackets, or a reference from one place of the file to another: such a file is not taken apart. */
const NOT_BLOCKS = /^groups:[^\S\n]*[^\s#]|(^|[\s[{,])[&*][\w-]/m;

/**
 * The groups of a rule file, by their indentation: in YAML's block style, whatever belongs to an item of a list stands further to the right
 * than its hyphen. Nothing for a file that is written in another way.
 */
function partsOf(text: string): Parts | undefined {
  const lines = text.split(/(?<=\n)/);
  const start = lines.findIndex(line => /^groups:/.test(line));
  const first = lines.findIndex((line, index) => index > start && /^\s*-\s/.test(line));
  const others = lines.filter((line, index) => index !== start && /^[\w"'?]/.test(line));
  if (start < 0 || first < 0 || others.length > 0 || NOT_BLOCKS.test(text)) {
    return undefined;
  }
  const indent = /^\s*/.exec(lines[first])![0];
  const begins = lines.flatMap((line, index) => (index >= first && line.startsWith(`${indent}-`) && /^\s*-\s/.test(line) ? [index] : []));
  return {
    head: lines.slice(0, first).join(''),
    groups: begins.map((begin, index) => lines.slice(begin, begins[index + 1]).join('')),
  };
}

/** What a group is known by: its name, as long as it can be seen without parsing. */
const identity = (group: string): string => /^\s*-?\s*name:\s*(.*)$/m.exec(group)?.[1].trim() ?? group;

function shardOf(identified: string, shards: number): number {
  return Number(createHash('md5').update(identified).digest().readBigUInt64BE(8) % BigInt(shards));
}

/** The part of a rule file that one of several evaluators has; a file that cannot be taken apart goes to one of them as a whole. Nothing if it has none. */
export function partOf(file: string, text: string, shard: number, shards: number): string | undefined {
  if (shards === 1) {
    return text;
  }
  const parts = partsOf(text);
  if (!parts) {
    return shardOf(file, shards) === shard ? text : undefined;
  }
  const own = parts.groups.filter(group => shardOf(`${file}/${identity(group)}`, shards) === shard);
  return own.length > 0 ? parts.head + own.join('') : undefined;
}
