/** A command that judges rule files. It accepts them by its exit status 0, or, where `accepted` is given, by what it serves while it runs. */
export interface Check {
  /** `{folder}` stands for the folder of the files, `{scratch}` for one that the command may fill, and `{files}`, as a word of its own, for their paths. */
  readonly command: readonly string[];
  readonly accepted?: {
    readonly url: string;
    /** A regular expression that the answer of the URL matches. */
    readonly pattern: string;
  };
}

/** Pods that evaluate the same rules, one a shard. */
export interface Peer {
  /** Their names without the ordinal. */
  readonly pods: string;
  /** Where each tells what it has in force; `{ordinal}` stands for the number of the shard. */
  readonly url: string;
}

/** What the program is told by its file of configuration. */
export interface LoaderConfig {
  /** Where the Kubernetes API is served. @default - as every pod is told by its environment */
  readonly apiUrl?: string;
  /** Folder with `token` and `ca.crt`, as Kubernetes projects them. @default - none are sent */
  readonly credentials?: string;
  /** Labels by which ConfigMaps are found, `name=value,…`. */
  readonly labelSelector: string;
  /** Namespaces in which they are looked for; none for all of them. */
  readonly namespaces: readonly string[];
  /** Folder of which `current` has the files in force. */
  readonly folder: string;
  /** Folder for what the checks need. */
  readonly scratch: string;
  /** Judges of a file, each of which must accept it. */
  readonly checks: readonly Check[];
  /** Where the evaluator is told by POST to read its files again. */
  readonly reloadUrl: string;
  /** Evaluators that share the groups; the pod's ordinal says which one this is. */
  readonly shards: number;
  /** All replicas, of which a pod finds itself by its name; none where there is only one. */
  readonly peers: readonly Peer[];
  /** `debug`, `info`, `warn` or `error`. */
  readonly logLevel: string;
  /** `logfmt` or `json`. */
  readonly logFormat: string;
}
