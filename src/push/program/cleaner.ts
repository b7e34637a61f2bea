import { send } from './client';
import type { CleanerConfig, KnownGroup } from './config';
import { groupPath } from './group-url';
import { exposition, Metric } from '../../core/program/exposition';
import type { Log } from '../../core/program/log';

/** Seconds. */
const REQUEST_TIMEOUT = 30;

/** A group as Pushgateway's API tells of it, as far as it is looked at. */
interface ListedGroup {
  readonly labels: Readonly<Record<string, string>>;
  readonly [family: string]: unknown;
}

/** A group that a shard holds. */
interface HeldGroup {
  readonly labels: Readonly<Record<string, string>>;
  readonly key: string;
  /** Unix time of its last push, whether it was taken or not. */
  readonly pushed: number;
}

const keyOf = (labels: Readonly<Record<string, string>>): string => JSON.stringify(Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1)));

/** The value of a family that Pushgateway adds to each group. */
function ownTime(group: ListedGroup, family: string): number {
  const [metric] = (group[family] as { metrics: { value: string }[] } | undefined)?.metrics ?? [];
  return Number(metric?.value ?? 0);
}

const reasons = ['stale', 'misplaced'] as const;

/** Deletes groups that nobody pushes any more, and those that another shard holds by now. */
export class Cleaner {
  private readonly groups = new Metric('pushgateway_cleaner_groups', 'gauge', 'Groups that each shard holds.');
  private readonly deleted = new Metric('pushgateway_cleaner_deleted_groups_total', 'counter', 'Groups that were deleted, by the reason: stale, or misplaced, which another shard holds.');
  private readonly looks = new Metric('pushgateway_cleaner_looks_total', 'counter', 'Looks at a shard by their result: complete or failed.');
  private readonly success = new Metric('pushgateway_cleaner_last_success_timestamp_seconds', 'gauge', 'When each shard was looked at last without a failure.');

  constructor(private readonly log: Log) {
    reasons.forEach(reason => this.deleted.add({ reason }, 0));
  }

  public text(): string {
    return exposition([this.groups, this.deleted, this.looks, this.success]);
  }

  /** Looks at each shard once. */
  public async clean(config: CleanerConfig, now: number): Promise<void> {
    const known = new Map(config.groups.map(group => [keyOf(group.labels), group]));
    const held = await Promise.all(config.shards.map(async url => this.look(url)));
    for (const [shard, groups] of held.entries()) {
      const reasonOf = (group: HeldGroup) => whyDelete(group, known.get(group.key), { config, shard, held, now });
      for (const group of groups ?? []) {
        const reason = reasonOf(group);
        if (reason !== undefined) {
          await this.delete(config.shards[shard], group, reason, now);
        }
      }
    }
  }

  private async look(url: string): Promise<HeldGroup[] | undefined> {
    try {
      const answer = await fetch(`${url}/api/v1/metrics`, { signal: AbortSignal.timeout(REQUEST_TIMEOUT * 1000) });
      if (!answer.ok) {
        throw new Error(`answered with ${answer.status}`);
      }
      const { data } = await answer.json() as { data: ListedGroup[] };
      const groups = data.map(group => ({
        labels: group.labels,
        key: keyOf(group.labels),
        pushed: Math.max(ownTime(group, 'push_time_seconds'), ownTime(group, 'push_failure_time_seconds')),
      }));
      this.groups.set({ shard: url }, groups.length);
      this.looks.add({ shard: url, result: 'complete' }, 1);
      this.success.set({ shard: url }, Math.round(Date.now() / 1000));
      return groups;
    } catch (error) {
      this.looks.add({ shard: url, result: 'failed' }, 1);
      this.log('warn', 'could not look at a shard', { url, failure: (error as Error).message });
      return undefined;
    }
  }

  private async delete(url: string, { labels, pushed }: HeldGroup, reason: typeof reasons[number], now: number): Promise<void> {
    try {
      await send({ method: 'DELETE', url: url + groupPath(labels) }, 0, this.log);
      this.deleted.add({ reason }, 1);
      this.log('info', 'deleted a group', { url, group: JSON.stringify(labels), reason, age: Math.round(now - pushed) });
    } catch (error) {
      this.log('warn', 'could not delete a group', { url, group: JSON.stringify(labels), failure: (error as Error).message });
    }
  }
}

interface View {
  readonly config: CleanerConfig;
  readonly shard: number;
  readonly held: readonly (readonly HeldGroup[] | undefined)[];
  readonly now: number;
}

function whyDelete(group: HeldGroup, known: KnownGroup | undefined, { config, shard, held, now }: View): typeof reasons[number] | undefined {
  const newer = known && known.shard !== shard && held[known.shard]?.some(({ key, pushed }) => key === group.key && pushed >= group.pushed);
  if (newer) {
    return 'misplaced';
  }
  const limit = known ? known.deleteAfter : config.deleteAfter;
  return limit !== undefined && now - group.pushed > limit ? 'stale' : undefined;
}
