/** What the program is told by its file of configuration. */
export interface RecorderConfig {
  /** Folder of the file that Alertmanager appends its events to, and of what has been rotated. */
  readonly folder: string;
  /** Name of that file. */
  readonly file: string;
  readonly database: DatabaseConfig;
  /** What stands before `/api/v2` in the URLs of Alertmanager's API. */
  readonly alertmanagerUrl: string;
  /** Name of the mesh, for a database that has several. */
  readonly mesh: string;
  /** Seconds that records are kept. */
  readonly retention: number;
  /** Seconds between two looks at the file. */
  readonly interval: number;
  /** Bytes at which the file is rotated. */
  readonly rotateBytes: number;
  /** Bytes that wait for the database at most; beyond, the oldest are given up, for silences share the volume. */
  readonly maxBytes: number;
  /** `debug`, `info`, `warn` or `error`. */
  readonly logLevel: string;
  /** `logfmt` or `json`. */
  readonly logFormat: string;
}

/** Where the database is. Credentials are read anew for each connection. */
export interface DatabaseConfig {
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly usernameFile: string;
  readonly passwordFile: string;
  /** `disable`, `require` (takes any certificate) or `verify-full`. */
  readonly tls: string;
  /** Certificates of the authorities that are trusted, for `verify-full`. @default - those of Node */
  readonly caFile?: string;
}
