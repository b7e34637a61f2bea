import type { SecretValue } from 'cdk8s-plus-28';
import type { IConstruct } from 'constructs';
import type { EnvVar } from 'kubernetes-types/core/v1';
import type { Endpoint } from './endpoint';
import { dnsSubdomain, type Fields, having, labelKey, labelValue, list, map, required, secretValue, struct, text, toggle } from './fields';
import { Graph } from './graph';
import { anyPeer, type NetworkPeer } from './network-peer';
import type { PodWorkload, PodWorkloadProps } from './pod-workload';

/** What a program does with the bucket. */
export enum ObjectStoreAccess {
  /** Lists and reads blocks: store gateways, the bucket viewer. */
  READ = 'read',
  /** Uploads blocks as well: ingestors, stateful rulers, sidecars. */
  READ_WRITE = 'read-write',
  /** Deletes as well: the compactor, and nobody else. */
  READ_WRITE_DELETE = 'read-write-delete',
}

/** A variable in the environment of a program, taken from a Secret. */
export interface SecretVariable {
  /** Name of the variable. */
  readonly name: string;
  /** Secret and key that hold its value. */
  readonly value: SecretValue;
}

/** A file that a program reads from a Secret. */
export interface SecretFile {
  /** Folder in which the Secret is mounted. */
  readonly mountPath: string;
  /** Secret and key; the key is the file's name. */
  readonly value: SecretValue;
}

/** How one kind of access to the bucket is configured. */
export interface ObjectStoreConnection {
  /** The configuration as Thanos reads it, YAML, without secrets. `$(NAME)` stands for a variable of the environment. @default - `configFile` */
  readonly config?: string;
  /** A Secret that holds the whole configuration, for a store that is described elsewhere. @default - `config` */
  readonly configFile?: SecretFile;
  /** Variables that the client in Thanos, or `$(NAME)` in `config`, takes from Secrets. @default - none */
  readonly variables?: SecretVariable[];
  /** Plain variables. @default - none */
  readonly environment?: Record<string, string>;
  /** Files that the client reads. @default - none */
  readonly files?: SecretFile[];
  /** Annotations that give the ServiceAccount an identity of the cloud. @default - none */
  readonly serviceAccountAnnotations?: Record<string, string>;
  /** Labels that the cloud's webhook looks for on pods. @default - none */
  readonly podLabels?: Record<string, string>;
  /** Where the store is served. @default - it needs no network */
  readonly endpoint?: Endpoint;
  /** Whom else the client asks, for its credentials. @default - nobody */
  readonly peers?: NetworkPeer[];
  /** The volume claim that all pods share, for the `FILESYSTEM` type. @default - none */
  readonly sharedClaim?: SharedClaim;
}

/** A volume claim that several pods mount. */
export interface SharedClaim {
  /** Name of the PersistentVolumeClaim. */
  readonly name: string;
  /** Where it is mounted. */
  readonly mountPath: string;
  /** Mounted for reading only. @default false */
  readonly readOnly?: boolean;
}

/** Keeps blocks. */
export interface IObjectStore extends IConstruct {
  /** How a program with this access reaches the bucket. */
  connect(access: ObjectStoreAccess): ObjectStoreConnection;
}

/** The row of a prop that is a bucket. */
export const objectStore = () => having<IObjectStore>('a bucket, e.g. ObjectStoreBucket.s3(…)', 'connect', ({ connect }) => typeof connect === 'function');

const ANY_TEXT = text('a text', /^/);

const VARIABLE = text('a name of a variable (letters, digits and \'_\', not beginning with a digit)', /^[A-Za-z_][A-Za-z0-9_]*$/);

const SECRET_FILE = struct<SecretFile>({ mountPath: required(text('an absolute path', /^\/[^:]*$/)), value: required(secretValue()) });

const CONNECTION_FIELDS: Fields<ObjectStoreConnection> = {
  config: text(),
  configFile: SECRET_FILE,
  variables: list(struct<SecretVariable>({ name: required(VARIABLE), value: required(secretValue()) }), 0),
  environment: map(ANY_TEXT, VARIABLE),
  files: list(SECRET_FILE, 0),
  serviceAccountAnnotations: map(ANY_TEXT, labelKey()),
  podLabels: map(labelValue(), labelKey()),
  // What is wrong with an address or a peer that somebody stated is said where it is connected.
  endpoint: having<Endpoint>('an Endpoint, e.g. Endpoint.external(…)', 'protocol'),
  peers: list(anyPeer(), 0),
  sharedClaim: struct<SharedClaim>({ name: required(dnsSubdomain()), mountPath: required(text('an absolute path', /^\/[^:]*$/)), readOnly: toggle() }),
};

/** How a workload reaches a bucket, which may be one of the user's own making. */
export function connectionOf(at: IConstruct, bucket: IObjectStore, access: ObjectStoreAccess): ObjectStoreConnection {
  const connection: ObjectStoreConnection | undefined = bucket.connect(access);
  const problem = struct(CONNECTION_FIELDS).problem(connection)
    ?? (connection.config === undefined && connection.configFile === undefined ? 'must have \'config\' or \'configFile\', where Thanos reads what the bucket is' : undefined);
  if (!problem) {
    return connection;
  }
  // Buckets of ours have said themselves what is wrong with their props.
  Graph.of(at).report(at, 'bucket-connection', `What 'connect' of the bucket '${bucket.node.path}' returns for the access '${access}' ${problem}.`);
  return { config: '' };
}

/** Where a program finds the file. */
export function pathOf({ mountPath, value }: SecretFile): string {
  return `${mountPath}/${value.key}`;
}

/** Variables from Secrets, as a container names them. */
export function secretEnvironment(variables: SecretVariable[]): EnvVar[] {
  return variables.map(({ name, value }) => ({ name, valueFrom: { secretKeyRef: { name: value.secret.name, key: value.key } } }));
}

/** What access to a bucket adds to a workload; spread it into the workload's props. */
export function objectStoreProps(connection: ObjectStoreConnection) {
  const { config, configFile, variables = [], environment = {}, sharedClaim } = connection;
  const files = [...(connection.files ?? []), ...(configFile ? [configFile] : [])];
  return {
    args: [configFile ? `--objstore.config-file=${pathOf(configFile)}` : `--objstore.config=${config}`],
    environment: [
      ...Object.entries(environment).map(([name, value]) => ({ name, value })),
      ...secretEnvironment(variables),
    ],
    volumes: [
      ...files.map(({ mountPath, value }, index) => ({
        mountPath,
        readOnly: true,
        volume: { name: `objstore-secret-${index}`, secret: { secretName: value.secret.name, items: [{ key: value.key, path: value.key }] } },
      })),
      ...(sharedClaim ? [{
        mountPath: sharedClaim.mountPath,
        readOnly: sharedClaim.readOnly,
        volume: { name: 'objstore', persistentVolumeClaim: { claimName: sharedClaim.name } },
      }] : []),
    ],
    serviceAccountAnnotations: connection.serviceAccountAnnotations,
    podLabels: connection.podLabels,
  } satisfies Partial<PodWorkloadProps>;
}

/** Records the traffic to the bucket. */
export function connectObjectStore(workload: PodWorkload, { endpoint, peers = [] }: ObjectStoreConnection, why: string): void {
  const graph = Graph.of(workload);
  if (endpoint) {
    graph.connect(workload, endpoint, why);
  }
  peers.forEach(peer => graph.connectPeer({ workload, direction: 'to', peer, why: 'gets credentials', name: 'identity of the cloud' }));
}
