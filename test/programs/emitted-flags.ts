import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Container } from 'kubernetes-types/core/v1';
import { ExampleObject, titleOf } from './examples';
import type { CommandFlags } from './flags/types';
import { containersOf, podOf, programOf } from './pods';
import { ALERTMANAGER_FIELDS } from '../../src/alerting/alertmanager-props';
import { SHARDED_PROMETHEUS_FIELDS } from '../../src/collect/sharded-prometheus-props';
import { flagsOf } from '../../src/core/flags';
import { REMOTE_WRITE_FIELDS } from '../../src/core/remote-write';
import { PUSHGATEWAY_FIELDS } from '../../src/push/pushgateway-props';
import { QUERY_FRONTEND_FIELDS } from '../../src/query/query-frontend-props';
import { THANOS_QUERY_FIELDS } from '../../src/query/query-props';
import { INGESTOR_FIELDS } from '../../src/receive/ingestor';
import { ROUTER_FIELDS } from '../../src/receive/router';
import { RULER_FIELDS } from '../../src/ruler/ruler-props';
import { BUCKET_VIEWER_FIELDS } from '../../src/store/bucket-viewer';
import { COMPACTOR_FIELDS } from '../../src/store/compactor';
import { STORE_GATEWAY_FIELDS } from '../../src/store/store-gateway';

/** A flag that our constructs write into YAML. */
export interface EmittedFlag {
  readonly program: string;
  readonly subcommand: string;
  readonly flag: string;
  /** What our docs say that the program takes when the flag is left out. */
  readonly statedDefault?: string;
  /** Where it is written. */
  readonly where: string;
}

/** The commands of a program, told apart by their words before or between the flags. */
export type Commands = readonly CommandFlags[];

function isBoolean(commands: Commands, program: string, flag: string): boolean {
  return commands.some(command => command.program === program && command.flags[flag]?.boolean);
}

/** Splits the arguments of a container into flags, each with the subcommand it stands behind. */
function flagsIn(container: Container, program: string, commands: Commands): Pick<EmittedFlag, 'flag' | 'subcommand'>[] {
  const args = container.args ?? [];
  const flags: Pick<EmittedFlag, 'flag' | 'subcommand'>[] = [];
  let subcommand = '';
  for (let index = 0; index < args.length; index++) {
    const match = /^--(no-)?([^=]+)(=)?/.exec(args[index]);
    if (!match) {
      subcommand = `${subcommand} ${args[index]}`.trim();
      continue;
    }
    const flag = match[1] && !isBoolean(commands, program, match[2]) ? `no-${match[2]}` : match[2];
    flags.push({ flag, subcommand });
    const valueFollows = !match[3] && !isBoolean(commands, program, flag) && args[index + 1] !== undefined && !args[index + 1].startsWith('-');
    if (valueFollows) index++;
  }
  return flags;
}

/** The tables of props that are flags, each with the command that it is for. A new table needs a row. */
const TABLES: Readonly<Record<string, { readonly program: string; readonly subcommand: string; readonly fields: object }>> = {
  INGESTOR_FIELDS: { program: 'thanos', subcommand: 'receive', fields: INGESTOR_FIELDS },
  ROUTER_FIELDS: { program: 'thanos', subcommand: 'receive', fields: ROUTER_FIELDS },
  QUERY_FRONTEND_FIELDS: { program: 'thanos', subcommand: 'query-frontend', fields: QUERY_FRONTEND_FIELDS },
  THANOS_QUERY_FIELDS: { program: 'thanos', subcommand: 'query', fields: THANOS_QUERY_FIELDS },
  ALERTMANAGER_FIELDS: { program: 'alertmanager', subcommand: '', fields: ALERTMANAGER_FIELDS },
  REMOTE_WRITE_FIELDS: { program: 'prometheus', subcommand: '', fields: REMOTE_WRITE_FIELDS },
  PUSHGATEWAY_FIELDS: { program: 'pushgateway', subcommand: '', fields: PUSHGATEWAY_FIELDS },
  SHARDED_PROMETHEUS_FIELDS: { program: 'prometheus', subcommand: '', fields: SHARDED_PROMETHEUS_FIELDS },
  RULER_FIELDS: { program: 'thanos', subcommand: 'rule', fields: RULER_FIELDS },
  BUCKET_VIEWER_FIELDS: { program: 'thanos', subcommand: 'tools bucket web', fields: BUCKET_VIEWER_FIELDS },
  COMPACTOR_FIELDS: { program: 'thanos', subcommand: 'compact', fields: COMPACTOR_FIELDS },
  STORE_GATEWAY_FIELDS: { program: 'thanos', subcommand: 'store', fields: STORE_GATEWAY_FIELDS },
};

/** The flags of all tables of props: all that a construct can be told to write. */
export function tabledFlags(): EmittedFlag[] {
  return Object.entries(TABLES).flatMap(([where, { program, subcommand, fields }]) =>
    flagsOf(fields).map(({ flag, upstreamDefault }) => ({ program, subcommand, flag, statedDefault: upstreamDefault, where })));
}

/** Tables of props with flags in the sources that have no row above, and so would go unchecked. */
export function unlistedTables(): string[] {
  const source = path.join(__dirname, '..', '..', 'src');
  const files = fs.readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'));
  return files.flatMap(file => {
    const tables = fs.readFileSync(path.join(source, file), 'utf8').split(/^(?=(?:export )?const )/m).filter(statement => /: flag\(/.test(statement));
    return tables.map(statement => /const (\w+)/.exec(statement)![1]).filter(name => !(name in TABLES)).map(name => `${name} in src/${file}`);
  });
}

/** The flags in the containers of the synthesized examples, each once. */
export function writtenFlags(commands: Commands, examples: readonly ExampleObject[]): EmittedFlag[] {
  const found = new Map<string, EmittedFlag>();
  for (const object of examples) {
    const pod = podOf(object);
    for (const container of pod ? containersOf(pod.manifest.spec) : []) {
      const program = programOf(container);
      if (program === undefined) continue;
      for (const emitted of flagsIn(container, program, commands)) {
        const key = JSON.stringify([program, emitted]);
        if (!found.has(key)) found.set(key, { program, ...emitted, where: titleOf(object) });
      }
    }
  }
  return [...found.values()];
}

/** Every flag that our constructs write or can be told to write. */
export function emittedFlags(commands: Commands, examples: readonly ExampleObject[]): EmittedFlag[] {
  return [...tabledFlags(), ...writtenFlags(commands, examples)];
}
