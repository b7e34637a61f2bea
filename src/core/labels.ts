import type { IConstruct } from 'constructs';
import { IMAGES, ProgramName } from './images';
import { partOf } from './platform';

/** `a`, `b`, … : what tells replicas apart, never pods or shards. */
export const replicaNames = (replicas: number): string[] => Array.from({ length: replicas }, (_, index) => String.fromCharCode('a'.charCodeAt(0) + index));

/** The job of the senders that scrapes the platform itself, and its name in their metrics. */
export const PLATFORM_JOB = 'platform';

/** Which pods belong together. These labels stand in selectors, so they never change with a version. */
export interface GroupLabels {
  readonly program: ProgramName;
  readonly instance: string;
  readonly component: string;
}

const [NAME, INSTANCE, COMPONENT, PART_OF, VERSION, MANAGED_BY] = ['name', 'instance', 'component', 'part-of', 'version', 'managed-by']
  .map(label => `app.kubernetes.io/${label}`);

/** Labels that tell the sets of one workload apart: shards, replicas, zones. */
const OF_SETS = 'thanos.io/';

/** Whether pods are found by this label: by Services and policies, or by the job that scrapes the platform itself. */
export const isSelectorLabel = (key: string): boolean => [NAME, INSTANCE, COMPONENT, MANAGED_BY].includes(key) || key.startsWith(OF_SETS);

export function selectorLabels({ program, instance, component }: GroupLabels): Record<string, string> {
  return { [NAME]: program, [INSTANCE]: instance, [COMPONENT]: component };
}

/** The labels of an object: those of its selector, and what may change; one that belongs to no program has two fewer. */
export function commonLabels(scope: IConstruct, { program, instance, component }: Omit<GroupLabels, 'program'> & Partial<GroupLabels>): Record<string, string> {
  return {
    ...program && { [NAME]: program },
    [INSTANCE]: instance,
    [COMPONENT]: component,
    [PART_OF]: partOf(scope) ?? instance,
    ...program && { [VERSION]: IMAGES[program].version },
    [MANAGED_BY]: 'cdk8s-thanos',
  };
}
