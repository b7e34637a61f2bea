/** What the program is told by its file of configuration. */
export interface JobLoaderConfig {
  /** Where the target allocators of each replica of senders answer, by the replica's name, e.g. `http://allocator-a:8080`. */
  readonly allocators: Readonly<Record<string, string>>;
  /** With which the names of those jobs begin that come from objects in the cluster. The allocator tells of all others, too. */
  readonly prefixes: readonly string[];
  /** Seconds between two questions, here and for the targets of each job. */
  readonly refreshInterval: number;
  /** Steps that end the relabeling of each job. */
  readonly lastRelabelings: readonly object[];
  /** Folder of which Prometheus reads each file that ends in `.yaml`. */
  readonly folder: string;
  /** Where Prometheus answers, e.g. `http://127.0.0.1:9090`. */
  readonly prometheus: string;
  /** Seconds that it may take to reload. */
  readonly reloadTimeout: number;
  /** `debug`, `info`, `warn` or `error`. */
  readonly logLevel: string;
  /** `logfmt` or `json`. */
  readonly logFormat: string;
}
