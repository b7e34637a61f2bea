import { createHash } from 'crypto';
import type { IConstruct } from 'constructs';
import { groupPath } from './program/group-url';
import type { Endpoint } from '../core/endpoint';
import { Field, Fields, isSound, labelName, map, required, struct, text } from '../core/fields';

/**
 * The grouping key: Pushgateway keeps what is pushed by these labels, gives them to each series, and replaces or deletes all series of a
 * group at once. They should be the same in each run, and tell jobs apart, not runs or pods.
 */
export interface PushGroup {
  /** Label `job`. */
  readonly job: string;
  /** Further labels. Slashes and empty values are allowed. @default - none */
  readonly labels?: Record<string, string>;
}

/** Label of the groups in which jobs say when they began and succeeded. */
export const RUN_LABEL = 'push_job';

/** `job` has a place of its own; an instance is a pod's or a machine's, which differs from run to run. */
const groupLabelName = (): Field<string> => ({
  ...labelName(),
  problem: name => labelName().problem(name) ?? (name === 'job' ? "must not be 'job', which has a prop of its own"
    : name === RUN_LABEL ? `must not be '${RUN_LABEL}', which tells the groups of jobs' runs apart` : undefined),
});

// A half of a character that takes two in JavaScript has no bytes, and a group is a part of a URL.
const FIELDS: Fields<PushGroup> = {
  job: required(text('a text that is not empty', /^(?=.*\S)\P{Cs}*$/su)),
  labels: map(text('a text', /^\P{Cs}*$/u), groupLabelName()),
};

/** The row of a prop that is a group. */
export const pushGroup = () => struct<PushGroup>(FIELDS);

const GROUP = pushGroup();

/** The labels of a group; of one that is wrong, which is reported, those of another. */
export function groupLabels(at: IConstruct, group: PushGroup): Record<string, string> {
  return isSound(at, 'pushEndpoint', 'invalid-group', GROUP, group) ? labelsOf(group) : { job: 'invalid' };
}

export const labelsOf = ({ job, labels }: PushGroup): Record<string, string> => ({ job, ...labels });

/** A group in the words of a message. */
export const groupText = (labels: Record<string, string>): string => `{${Object.entries(labels).map(([name, value]) => `${name}="${value}"`).join(', ')}}`;

/** Where a group is pushed. */
export const urlOf = ({ protocol, address }: Endpoint, labels: Record<string, string>): string => `${protocol}://${address}${groupPath(labels)}`;

const weight = (path: string, shard: number): string => createHash('sha256').update(`${shard} ${path}`).digest('hex');

/** The one shard of a group: that with the greatest hash, so that one shard more takes groups from each, and moves none between the others. */
export function shardOf(labels: Record<string, string>, shards: number): number {
  const path = groupPath(labels);
  const weights = Array.from({ length: shards }, (_, shard) => weight(path, shard));
  return weights.indexOf(weights.reduce((greatest, one) => (one > greatest ? one : greatest)));
}
