import type { Duration, Size } from 'cdk8s';
import type { SecretValue } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { Container } from 'kubernetes-types/core/v1';
import type { RecorderConfig } from './program/config';
import { PROGRAM } from './program.generated';
import { ConfigFiles } from '../core/config-file';
import { Endpoint, EndpointProtocol } from '../core/endpoint';
import { count, duration, Fields, Given, hostName, oneOf, required, secretValue, size, text } from '../core/fields';
import type { Rule } from '../core/findings';
import { ProgramName } from '../core/images';
import { NetworkPeer, networkPeer } from '../core/network-peer';
import { nodeContainer, nodeFiles, PROGRAM_CONFIG } from '../core/node-program';
import { loggingOf, type LogLevel } from '../core/platform';
import type { MountedVolume } from '../core/pod';
import type { WorkloadPort } from '../core/pod-workload';
import { secretFiles, secretPath } from '../core/secret-files';
import { bytesText, durationText, MIB } from '../core/units';

/** How the recorder trusts the database. */
export enum DatabaseTls {
  /** No TLS: whoever stands between reads all, and the password's proof. */
  DISABLE = 'disable',
  /** TLS with any certificate: whoever stands between may answer. */
  REQUIRE = 'require',
  /** TLS, with a certificate for the host that a trusted authority has signed. */
  VERIFY_FULL = 'verify-full',
}

/**
 * Every notification, silence and resolution, kept in PostgreSQL.
 *
 * Alertmanager's event recorder (a feature since 0.33) writes to a file on each pod's volume, and a small program beside it carries
 * the file into the database. Its own outputs by HTTP give an event up after a few attempts, and a receiver of notifications, as
 * alertsnitch is one, hears nothing of silences and inhibitions, nor of what came and went while it was away. A file waits.
 *
 * - While the database is away, events wait on the volume up to `maxPending` for each pod; then the oldest are given up, with a metric.
 * - Each peer records; of what they tell alike, the database keeps one. A message that two peers really sent is there twice.
 * - The recorder says nothing of a silence that is ended by hand, so the states of silences are asked for by the API.
 * - Not recorded: what Alertmanager's own queue of 8192 events cannot hold (`alertmanager_events_dropped_total`), the
 *   last moments of a node that dies, and attempts to notify that failed.
 *
 * The user needs the right to create tables in its schema. Tables and ready-made queries are made by the program: `alarm_events`,
 * `alarm_silences`, and the views `alarm_notifications`, `alarm_resolutions`, `alarm_history`, `alarm_noise`, `alarm_duplicates` and
 * `alarm_silenced`.
 */
export interface AlarmRecords {
  /** Host of the database. */
  readonly host: string;
  /** Port. @default 5432 */
  readonly port?: number;
  /** Name of the database. */
  readonly database: string;
  /** Where the name of the user is; it is mounted as a file. */
  readonly username: SecretValue;
  /** Where the password is; it is mounted as a file, and read anew for each connection. */
  readonly password: SecretValue;
  /** How the database is trusted. @default DatabaseTls.VERIFY_FULL */
  readonly tls?: DatabaseTls;
  /** Certificates of the authorities that are trusted. @default - those of Node */
  readonly ca?: SecretValue;
  /** How long records are kept. @default 400 days */
  readonly retention?: Duration;
  /** How often the file is looked at. @default 5 seconds */
  readonly interval?: Duration;
  /** What waits for the database at most, on the volume of each pod. @default 256 MiB: a quarter of the smallest volume, some 300,000 events */
  readonly maxPending?: Size;
  /** How network policies name the database. @default - any address, this port */
  readonly peer?: NetworkPeer;
}

export const ALARM_RECORDS_FIELDS: Fields<AlarmRecords> = {
  host: required(hostName()),
  port: count({ min: 1, max: 65535 }),
  database: required(text()),
  username: required(secretValue()),
  password: required(secretValue()),
  tls: oneOf(DatabaseTls),
  ca: secretValue(),
  retention: duration({ min: 24 * 3600 }),
  interval: duration({ min: 1, max: 60 }),
  maxPending: size({ min: 16 * MIB }),
  peer: networkPeer(),
};

const PORT = 5432;
const DEFAULTS = { port: PORT, tls: DatabaseTls.VERIFY_FULL, retention: 400 * 24 * 3600, interval: 5, maxPending: 256 * MIB };
const ROTATE_BYTES = 8 * MIB;

/** What of a volume may be filled by what waits: the rest is for silences and what was told, without which Alertmanager is no good. */
const SHARE_OF_VOLUME = 0.5;

const PROGRAM_FOLDER = '/etc/alarm-recorder';
const SECRETS = '/etc/alarm-recorder-secrets';
const EVENTS_FILE = 'events.jsonl';

/** The port of the recorder's metrics. */
export const RECORDER_WEB: WorkloadPort = { name: 'recorder-web', port: 8081, protocol: EndpointProtocol.HTTP, metrics: '/metrics', sidecar: true, byNumber: true };

/** Measured: 72 MiB resident after ten minutes without the database and 2,000 events that had waited, 145 MiB at most while 100 MiB are sent; Node 20. */
const RESOURCES = { cpuRequest: 0.01, memoryRequest: 80 * MIB, memoryLimit: 192 * MIB };

/** What Alertmanager has of it. */
type RecordsSettings = Given<AlarmRecords> & typeof DEFAULTS & { readonly storageSize: number };

export const withDefaults = (given: Given<AlarmRecords>, storageSize: number): RecordsSettings => ({ ...DEFAULTS, ...given, storageSize });

export const ALARM_RECORDS_RULES: Rule<RecordsSettings>[] = [{
  id: 'alarm-records-fill-volume',
  broken: s => s.maxPending > SHARE_OF_VOLUME * s.storageSize,
  says: s => `'records.maxPending' (${bytesText(s.maxPending)}) must be at most half of 'storageSize' (${bytesText(s.storageSize)}), for silences need room on the same volume; lower the first or raise the second.`,
}, {
  id: 'alarm-records-tls-contradiction',
  broken: s => s.ca !== undefined && s.tls !== DatabaseTls.VERIFY_FULL,
  says: s => `'records.ca' is of no use while 'records.tls' is ${s.tls}, which looks at no certificate; leave the first out, or set the second to ${DatabaseTls.VERIFY_FULL}.`,
}, {
  id: 'alarm-records-retention-short',
  broken: s => s.retention < 30 * 24 * 3600,
  says: s => `'records.retention' (${durationText(s.retention)}) must be at least 30 days, of which the ready-made queries speak; raise it.`,
}];

/** Where the recorder finds Alertmanager, and the name of the mesh. */
interface RecordedAlertmanager {
  readonly name: string;
  readonly mesh: string;
  readonly url: string;
  /** Folder of Alertmanager's volume, and the name of the claim. */
  readonly folder: string;
  readonly claim: string;
  readonly labels: Record<string, string>;
  readonly logLevel?: LogLevel;
}

/** The recorder beside an Alertmanager. */
export class Recorder {
  public readonly endpoint: Endpoint;
  /** As Alertmanager reads it. */
  public readonly eventRecorder: object;
  private readonly config: ConfigFiles;

  constructor(private readonly at: Construct, private readonly settings: RecordsSettings, private readonly alertmanager: RecordedAlertmanager) {
    // It is there if what was given is well-formed; what is not, is reported.
    const { host = 'unknown', port, peer } = settings;
    this.endpoint = Endpoint.external({ host, port, protocol: EndpointProtocol.POSTGRESQL, peer });
    this.eventRecorder = { file_outputs: [{ path: `${alertmanager.folder}/${EVENTS_FILE}` }] };
    this.config = new ConfigFiles(at, 'recorder', {
      name: `${alertmanager.name}-recorder`,
      labels: alertmanager.labels,
      files: nodeFiles(PROGRAM, () => this.recorderConfig()),
    });
  }

  /** Bytes that may wait on the volume of each pod. */
  public get maxPending(): number {
    return this.settings.maxPending;
  }

  /** Node reads its files once. */
  public get hash(): string {
    return this.config.hash;
  }

  public get volumes(): MountedVolume[] {
    return [
      { volume: { name: 'recorder', configMap: { name: this.config.name } } },
      ...this.secretVolumes.map(({ volume }) => ({ volume })),
    ];
  }

  public get container(): Container {
    const { folder, claim } = this.alertmanager;
    return nodeContainer(this.at, {
      name: 'alarm-recorder',
      program: ProgramName.ALARM_RECORDER,
      args: [`${PROGRAM_FOLDER}/main.js`, `${PROGRAM_FOLDER}/${PROGRAM_CONFIG}`, `0.0.0.0:${RECORDER_WEB.port}`],
      web: RECORDER_WEB,
      resources: RESOURCES,
      mounts: [
        { name: claim, mountPath: folder, subPath: folder.split('/').at(-1) },
        { name: 'recorder', mountPath: PROGRAM_FOLDER, readOnly: true },
        ...this.secretVolumes.map(({ volume }) => ({ name: volume.name, mountPath: SECRETS, readOnly: true })),
      ],
    });
  }

  private get secretVolumes(): MountedVolume[] {
    const { username, password, ca } = this.settings;
    return secretFiles(SECRETS, [username, password, ca].flatMap(value => value ?? []), 'recorder-secrets');
  }

  private recorderConfig(): RecorderConfig {
    const { host = '', port, database = '', username, password, ca, tls, retention, interval, maxPending } = this.settings;
    const file = (value: SecretValue | undefined) => (value ? secretPath(SECRETS, value) : '');
    return {
      folder: this.alertmanager.folder,
      file: EVENTS_FILE,
      database: { host, port, name: database, usernameFile: file(username), passwordFile: file(password), tls, ...(ca ? { caFile: file(ca) } : {}) },
      alertmanagerUrl: this.alertmanager.url,
      mesh: this.alertmanager.mesh,
      retention,
      interval,
      rotateBytes: ROTATE_BYTES,
      maxBytes: maxPending,
      ...loggingOf(this.at, this.alertmanager.logLevel),
    };
  }
}
