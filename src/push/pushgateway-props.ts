import type { Duration, Size } from 'cdk8s';
import { count, dnsLabel, dnsSubdomain, duration, Fields, list, size, some, text } from '../core/fields';
import { Rule, Severity } from '../core/findings';
import { flag } from '../core/flags';
import { type NetworkPeer, networkPeer } from '../core/network-peer';
import { PROGRAM_FIELDS, PROGRAM_RULES, ProgramOptions, programRules, ProgramResources } from '../core/program-options';
import { durationText } from '../core/units';

/** The program that deletes groups which nobody pushes any more. */
export interface PushgatewayCleanerOptions extends ProgramOptions {
  /** Time between two looks at all groups. @default 1 minute */
  readonly interval?: Duration;
}

/** Properties of a `Pushgateway`. */
export interface PushgatewayProps extends ProgramOptions {
  /** Name of the objects; those of a shard end in its number. @default - the construct's id */
  readonly name?: string;
  /**
   * External label `cluster` of those who scrape it. In a view of many clusters, the alerts of its jobs leave out jobs of the same names elsewhere.
   * @default - that of the stack it is part of, else jobs of a name are taken for one in all clusters
   */
  readonly cluster?: string;
  /** Series of all groups together, for the plan. @default 5000 */
  readonly series?: number;
  /**
   * Shards, each of which holds its part of the groups. Another number moves some of the groups; the cleaner deletes them in their old
   * place as soon as they were pushed to the new one. @default - from the plan
   */
  readonly shards?: number;
  /**
   * Least time between two writings of a shard's file. What was pushed since the last is lost when the program is killed or its node
   * dies, and nothing when it is stopped. @default 1 second
   */
  readonly persistenceInterval?: Duration;
  /** Volume of each shard. @default - from the plan */
  readonly storageSize?: Size;
  /** StorageClass of the volumes. @default - the platform's */
  readonly storageClassName?: string;
  /** Age at which groups are deleted that no `PushGatewayJob` of this app pushes. Those of the jobs have limits of their own. @default 7 days */
  readonly deleteAfter?: Duration;
  /** The program that deletes them. @default - see `PushgatewayCleanerOptions` */
  readonly cleaner?: PushgatewayCleanerOptions;
  /** Who else may push, and open the page; the platform's own parts and `PushGatewayJob`s always may. @default - nobody */
  readonly allowFrom?: NetworkPeer[];
}

/** One row a prop; row order is the order of the arguments. */
export const PUSHGATEWAY_FIELDS: Fields<PushgatewayProps> = {
  ...PROGRAM_FIELDS,
  name: dnsLabel(),
  cluster: text(),
  series: count({ min: 1, max: 10_000_000 }),
  shards: count({ min: 1, max: 100 }),
  persistenceInterval: flag('persistence.interval', duration({ min: 0.1, max: 3600 }), { as: 'duration', default: '5m' }),
  storageSize: size(),
  storageClassName: dnsSubdomain(),
  deleteAfter: duration({ min: 60 }),
  cleaner: some<PushgatewayCleanerOptions>(),
  allowFrom: list(networkPeer()),
};

export const CLEANER_FIELDS: Fields<PushgatewayCleanerOptions> = { ...PROGRAM_FIELDS, interval: duration({ min: 1, max: 3600 }) };

interface PushgatewaySettings extends ProgramResources {
  readonly persistenceInterval: number;
  readonly deleteAfter: number;
  readonly cleaner: ProgramResources & { readonly interval: number; readonly extraArgs?: string[] };
}

/** A minute of lost pushes is a minute of jobs that look as if they had not run. */
const LONGEST_LOSS = 60;

export const PUSHGATEWAY_RULES: Rule<PushgatewaySettings>[] = [
  ...PROGRAM_RULES,
  ...programRules('cleaner.').map(({ broken, says, ...rule }): Rule<PushgatewaySettings> => ({
    ...rule, broken: ({ cleaner }) => broken(cleaner), says: ({ cleaner }) => says(cleaner),
  })),
  {
    id: 'pushgateway-loses-pushes',
    severity: Severity.WARNING,
    broken: s => s.persistenceInterval > LONGEST_LOSS,
    says: s => `'persistenceInterval' (${durationText(s.persistenceInterval)}) is longer than ${durationText(LONGEST_LOSS)}: all that was pushed since the file was last written is lost `
      + 'when the program is killed, though the jobs were told that it was taken. Lower it; the file has some hundred bytes a series.',
  },
  {
    id: 'pushgateway-cleaner-late',
    broken: s => s.cleaner.interval > s.deleteAfter,
    says: s => `'cleaner.interval' (${durationText(s.cleaner.interval)}) must not exceed 'deleteAfter' (${durationText(s.deleteAfter)}): groups would grow much older than that. Lower the first or raise the other.`,
  },
  {
    id: 'pushgateway-cleaner-extra-args',
    broken: ({ cleaner }) => cleaner.extraArgs !== undefined,
    says: ({ cleaner }) => `'cleaner.extraArgs' (${cleaner.extraArgs!.join(' ')}) must not be given, for the program knows no arguments of its own: all that it does is set by props. Leave it out.`,
  },
];
