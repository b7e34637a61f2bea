import { type ApiObject, Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { Credentials, CredentialsByAccess, credentialsFor, IdentitySource } from './credentials';
import { Endpoint, EndpointProtocol } from '../core/endpoint';
import { Field, text } from '../core/fields';
import { Severity } from '../core/findings';
import { Graph } from '../core/graph';
import { NetworkPeer } from '../core/network-peer';
import { ObjectStoreAccess, ObjectStoreConnection, SecretFile } from '../core/object-store';
import { Platform } from '../core/platform';
import { stringify } from '../core/yaml';
import type { Figure } from '../plan/figure';

/** What stands behind a bucket. */
export interface Store {
  /** Alike for all constructs that describe the same bucket. @default - nobody else describes it, or nobody can tell */
  readonly identity?: string;
  readonly connect: (access: ObjectStoreAccess) => ObjectStoreConnection;
  /** For each access, what an administrator has to allow. */
  readonly policyDocuments?: Record<string, string>;
  readonly figures?: Figure[];
  readonly setupCommand?: string;
  readonly statefulSet?: ApiObject;
}

/** What the store of a cloud has of its own. */
interface Cloud<C extends Credentials> {
  readonly type: 'S3' | 'GCS' | 'AZURE';
  readonly config: object;
  /** Name of the bucket or container. @default - what was given is none, which is an error */
  readonly bucket?: string;
  readonly prefix?: string;
  readonly files: SecretFile[];
  readonly host: string;
  readonly port: number;
  readonly insecure?: boolean;
  readonly credentials: CredentialsByAccess<C>;
  readonly fallback: C;
  readonly networkPeer?: NetworkPeer;
  readonly policy: (access: ObjectStoreAccess) => object;
}

const ACCESSES = [ObjectStoreAccess.READ, ObjectStoreAccess.READ_WRITE, ObjectStoreAccess.READ_WRITE_DELETE];

/** Whether an access includes another. */
export const includes = (access: ObjectStoreAccess, other: ObjectStoreAccess): boolean => ACCESSES.indexOf(access) >= ACCESSES.indexOf(other);

/** Names of roles and policies: `thanos-read`, `thanos-read-write`, `thanos-read-write-delete`. */
export const policyName = (access: ObjectStoreAccess): string => `thanos-${access}`;

/** The row of a folder in the bucket. */
export const prefixField = (): Field<string> =>
  text('a folder of at most 512 characters, as names between single slashes (letters, digits and \'!_.*()-\'), not beginning or ending with a slash',
    /^(?=.{1,512}$)[\w!.*()-]+(\/[\w!.*()-]+)*$/);

/** The row of a store's address; Thanos wants it without a scheme. */
export const endpointField = (): Field<string> =>
  text('a host with an optional port, e.g. minio.minio.svc:9000, without a scheme or a path',
    /^(?=.{1,253}$)([A-Za-z0-9_]([-A-Za-z0-9_]*[A-Za-z0-9])?(\.[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?)*|\[[0-9A-Fa-f:]+\])(:([1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5]))?$/);

/** The two halves of such an address. */
export function hostAndPort(endpoint: string, defaultPort: number): { host: string; port: number } {
  const [, host, port] = /^(.*?)(?::(\d+))?$/.exec(endpoint)!;
  return { host, port: port === undefined ? defaultPort : Number(port) };
}

/**
 * The configuration as Thanos reads it. Its parser knows YAML 1.1 and reads a value before it knows that a text is wanted,
 * so that a bucket `on` or `2026-01-01` would be another one without quotes.
 */
export function objectStoreYaml(type: string, config: object, prefix?: string): string {
  return stringify({ type, config, prefix }, { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' });
}

/** How network policies name a store outside of this app, said in the findings if that is everybody. */
export function storePeer(bucket: IConstruct, own: NetworkPeer | undefined, port: number): NetworkPeer {
  const { networkPeers, networkPolicies } = Platform.of(bucket);
  const peer = own ?? networkPeers?.objectStorage ?? NetworkPeer.anywhere();
  if (peer.broad && networkPolicies !== false) {
    Graph.of(bucket).report(bucket, 'network-peer-broad', `Pods that use the bucket may open connections to any address, port ${port}, for a NetworkPolicy cannot name a host. `
      + 'Give \'networkPeer\' (or the platform\'s \'networkPeers.objectStorage\') the addresses of the store, if they are known.', Severity.NOTE);
  }
  return peer;
}

/** A store of a cloud. */
export function cloudStore<C extends Credentials>(bucket: IConstruct, cloud: Cloud<C>): Store {
  const { host, port, insecure, credentials, fallback, type, prefix } = cloud;
  const peer = storePeer(bucket, cloud.networkPeer, port);
  const endpoint = Endpoint.external({ host, port, peer, protocol: insecure ? EndpointProtocol.HTTP : EndpointProtocol.HTTPS });
  if (credentials.compactorCredentials === undefined) {
    reportSharedCredentials(bucket);
  }
  return {
    identity: identityOf(bucket, cloud),
    policyDocuments: Object.fromEntries(ACCESSES.map(access => [access, JSON.stringify(cloud.policy(access), null, 2)])),
    connect: access => {
      const { config, source, files = [], problem: _, ...rest } = credentialsFor(access, credentials, fallback)._grant;
      return {
        ...rest,
        config: objectStoreYaml(type, { ...cloud.config, ...config }, prefix),
        files: [...cloud.files, ...files],
        peers: source === undefined ? [] : [identityPeer(bucket, source)],
        endpoint,
      };
    },
  };
}

/** A store that only its own cluster knows by this name: `minio`, `minio.storage`, `minio.storage.svc.cluster.local`. */
const ofOneCluster = (host: string): boolean => /^[^.]+(\.[^.]+)?$|^[^.]+\.[^.]+\.svc(\.|$)/.test(host);

function identityOf(at: IConstruct, { type, host, port, bucket, prefix = '' }: Pick<Cloud<never>, 'type' | 'host' | 'port' | 'bucket' | 'prefix'>): string | undefined {
  // Charts may be for several clusters, which may all have a store of that name.
  const cluster = ofOneCluster(host) ? Chart.of(at).node.path : '';
  return bucket && [type, host.toLowerCase(), port, bucket, prefix, cluster].join(' ');
}

/** Said for each bucket whose programs all have the compactor's rights. */
export function reportSharedCredentials(bucket: IConstruct): void {
  Graph.of(bucket).report(bucket, 'bucket-shared-credentials', 'All programs use the same credentials, so each of them may delete blocks, which only the compactor has to. '
    + 'Give it \'compactorCredentials\' of its own, and the others what \'policyDocuments\' lists for them.', Severity.NOTE);
}

function identityPeer(bucket: IConstruct, source: IdentitySource): NetworkPeer {
  return Platform.of(bucket).networkPeers?.metadata ?? (source === IdentitySource.TOKEN_EXCHANGE ? NetworkPeer.anywhere([{ port: 443 }])
    // 80: AWS and Azure, and GKE; 987 and 988: where GKE's own metadata server listens on the node.
    : NetworkPeer.ipBlock('169.254.0.0/16', [{ port: 80 }, { port: 987 }, { port: 988 }]));
}
