import type { IConstruct } from 'constructs';
import type { PushGroup } from './push-group';
import { Endpoint } from '../core/endpoint';
import { having } from '../core/fields';
import { Graph } from '../core/graph';

/** Where a group is pushed. */
export interface PushEndpoint {
  /** The one shard that holds the group. */
  readonly endpoint: Endpoint;
  /** Full URL of the group: `PUT` replaces it, `POST` replaces metrics of the same names, `DELETE` deletes it. */
  readonly url: string;
  /** External label `cluster` of those who scrape it. @default - any */
  readonly cluster?: string;
}

/** Takes pushed metrics. */
export interface IPushTarget extends IConstruct {
  /**
   * Where a group is pushed; the same group always to the same place.
   * @param group its labels
   */
  pushEndpoint(group: PushGroup): PushEndpoint;
}

/** The row of a prop that is a Pushgateway. */
export const pushTarget = () => having<IPushTarget>('a Pushgateway', 'pushEndpoint', ({ pushEndpoint }) => typeof pushEndpoint === 'function');

/** A group that a job of this app pushes. */
interface DeclaredGroup {
  readonly at: IConstruct;
  readonly labels: Record<string, string>;
  readonly url: string;
  /** Seconds after the last push. @default - it is never deleted */
  readonly deleteAfter?: number;
}

const DECLARED = new WeakMap<IConstruct, DeclaredGroup[]>();

export const declaredGroups = (target: IConstruct): DeclaredGroup[] => DECLARED.get(target) ?? [];

/** Records who pushes a group: a second one would replace what the first has pushed, each time. */
export function declareGroup(target: IConstruct, group: DeclaredGroup): void {
  const before = declaredGroups(target);
  const first = before.find(({ url }) => url === group.url);
  if (first) {
    Graph.of(group.at).report(group.at, 'push-group-twice', `'${first.at.node.path}' pushes the same group (${group.url}), and each of the two would delete what the other has pushed. `
      + "Give one of them another 'job' or another label in its 'group'.");
  }
  DECLARED.set(target, [...before, group]);
  Graph.of(group.at).touch();
}
