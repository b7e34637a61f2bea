/** What the program of a job's pods is told by its file of configuration. Durations are in seconds. */
export interface PushConfig {
  /** URL of the group that holds the job's own metrics. */
  readonly groupUrl: string;
  /** URL of the group that holds when the job began and succeeded last. */
  readonly runUrl: string;
  /** Labels of the first group: metrics cannot have others of the same names. */
  readonly groupLabels: Readonly<Record<string, string>>;
  /** Where the job writes its metrics. @default - it pushes them itself */
  readonly metricsFile?: string;
  /** Where the first program tells the second when the job began. */
  readonly beginFile: string;
  /** How long the announcement is tried; the job does not wait any longer for it. */
  readonly announceTimeout: number;
  /** How long a push is tried. */
  readonly pushTimeout: number;
  /** Deletes the group before the job begins. */
  readonly deleteAtBegin: boolean;
  /** Deletes the group this long after the push. @default - it stays */
  readonly deleteAfterPush?: number;
  /** `debug`, `info`, `warn` or `error`. */
  readonly logLevel: string;
  /** `logfmt` or `json`. */
  readonly logFormat: string;
}

/** A group that is known, and when it is deleted. */
export interface KnownGroup {
  readonly labels: Readonly<Record<string, string>>;
  /** Index of its one shard. */
  readonly shard: number;
  /** Seconds after its last push. @default - never */
  readonly deleteAfter?: number;
}

/** What the cleaner is told by its file of configuration, which it reads anew each time. Durations are in seconds. */
export interface CleanerConfig {
  /** URL of each shard, without a path. */
  readonly shards: readonly string[];
  readonly groups: readonly KnownGroup[];
  /** When groups are deleted of which nobody has said anything. @default - never */
  readonly deleteAfter?: number;
  /** Between two looks. */
  readonly interval: number;
  readonly logLevel: string;
  readonly logFormat: string;
}
