import type { Size } from 'cdk8s';
import type { Cpu } from 'cdk8s-plus-28';
import { count, cpu, dnsSubdomain, Field, Fields, Given, labelKey, labelValue, list, map, oneOf, size, text } from './fields';
import type { Rule } from './findings';
import { isSelectorLabel } from './labels';
import { imageField, LogLevel, Toleration, tolerations } from './platform';
import { bytesText } from './units';

/** What places pods, and marks them. */
export interface PodOptions {
  /** Labels of nodes on which pods may run. @default - the platform's */
  readonly nodeSelector?: Record<string, string>;
  /** Taints that pods tolerate. @default - the platform's */
  readonly tolerations?: Toleration[];
  /** PriorityClass of the pods. @default - the platform's */
  readonly priorityClassName?: string;
  /** Labels added to pods. @default - none */
  readonly podLabels?: Record<string, string>;
  /** Annotations added to pods. @default - none */
  readonly podAnnotations?: Record<string, string>;
}

/** What every part that runs pods lets its user decide. */
export interface ProgramOptions extends PodOptions {
  /** Full image reference. @default - the platform's, see `PlatformOptions` */
  readonly image?: string;
  /** CPU that each pod requests; there is no limit, for throttling a monitoring system makes it late. @default - from the plan */
  readonly cpuRequest?: Cpu;
  /** Memory that each pod requests. @default - from the plan */
  readonly memoryRequest?: Size;
  /** Memory at which a pod is killed; Go's collector works harder from 90 % of it on. @default - from the plan */
  readonly memoryLimit?: Size;
  /** Annotations added to the ServiceAccount, e.g. an identity of the cloud. @default - what the bucket asks for */
  readonly serviceAccountAnnotations?: Record<string, string>;
  /** How much the program logs. @default - the platform's */
  readonly logLevel?: LogLevel;
  /**
   * Arguments that no prop covers, e.g. `--tsdb.min-block-duration=3m`. One that the construct prints as well replaces it.
   * No check sees their values; flags that are removed, deprecated or needed by other parts are found. @default - none
   */
  readonly extraArgs?: string[];
}

/** Selectors find pods by some labels, which nobody else may set. */
const podLabelKey = (): Field<string> => ({
  ...labelKey(),
  problem: key => labelKey().problem(key) ?? (isSelectorLabel(key) ? 'must not be one of those that selectors look for' : undefined),
});

/** The rows of `PodOptions`. */
export const POD_FIELDS: Fields<PodOptions> = {
  nodeSelector: map(labelValue(), labelKey()),
  tolerations: tolerations(),
  priorityClassName: dnsSubdomain(),
  podLabels: map(labelValue(), podLabelKey()),
  podAnnotations: map(text('a text', /^/), labelKey()),
};

/** The rows of `ProgramOptions`, for the table of each part. */
export const PROGRAM_FIELDS: Fields<ProgramOptions> = {
  image: imageField(),
  cpuRequest: cpu(),
  memoryRequest: size(),
  memoryLimit: size(),
  ...POD_FIELDS,
  serviceAccountAnnotations: map(text('a text', /^/), labelKey()),
  logLevel: oneOf(LogLevel),
  extraArgs: list(text('an argument that begins with \'--\'', /^--[a-z][\w.-]*(=[\s\S]*)?$/)),
};

/** What is wrong with the resources of any program; `prefix` leads to them from the props. */
export const programRules = (prefix = ''): Rule<ProgramResources>[] => [{
  id: 'memory-request-beyond-limit',
  broken: s => s.memoryRequest > s.memoryLimit,
  says: s => `'${prefix}memoryRequest' (${bytesText(s.memoryRequest)}) must not exceed '${prefix}memoryLimit' (${bytesText(s.memoryLimit)}): `
    + 'Kubernetes refuses such a pod. Raise the limit or lower the request.',
}];

/** The same for a part that is one program. */
export const PROGRAM_RULES = programRules();

/** The row of a count of pods. */
export const replicas = () => count({ min: 1, max: 1000 });

/** `ProgramOptions` as the constructs hand them to their workload. */
export type GivenProgramOptions = Given<ProgramOptions>;

/** The figures of a plan that every program has. */
export interface ProgramResources {
  readonly cpuRequest: number;
  readonly memoryRequest: number;
  readonly memoryLimit: number;
  /** Bytes of the node's own disk, for programs that keep something there. @default - none requested */
  readonly ephemeralStorage?: number;
}

/** The resources of one of several programs of a part, by the keys that the part's plan has for them. */
export function prefixed<P extends string>(program: P, { cpuRequest, memoryRequest, memoryLimit }: GivenProgramOptions) {
  return {
    [`${program}CpuRequest`]: cpuRequest,
    [`${program}MemoryRequest`]: memoryRequest,
    [`${program}MemoryLimit`]: memoryLimit,
  };
}
