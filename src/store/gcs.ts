import type { Size } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { cloudStore, includes, policyName, prefixField, Store } from './cloud-store';
import { GcsCredentials, madeBy } from './credentials';
import { httpConfig, ObjectStoreHttpOptions, ObjectStoreTlsOptions } from './http-client';
import { count, Fields, read, required, size, some, text } from '../core/fields';
import { Severity } from '../core/findings';
import { Graph } from '../core/graph';
import { type NetworkPeer, networkPeer } from '../core/network-peer';
import { ObjectStoreAccess } from '../core/object-store';

/** A bucket of Google Cloud Storage. */
export interface GcsBucketProps {
  /** Name of the bucket; it must exist. */
  readonly bucket: string;
  /** Folder of the bucket that is used, so that several platforms may share it. @default - all of the bucket */
  readonly prefix?: string;
  /** How programs prove who they are. @default GcsCredentials.ambient() */
  readonly credentials?: GcsCredentials;
  /** Of programs that only read: store gateways and bucket viewers. @default - `credentials` */
  readonly readerCredentials?: GcsCredentials;
  /** Of the compactor, the only one that deletes. @default - `credentials` */
  readonly compactorCredentials?: GcsCredentials;
  /** Largest piece of an upload that is sent, and kept in memory, at once. @default 16 MiB */
  readonly chunkSize?: Size;
  /** How often a request is tried; 1 for no second time. @default - until its deadline */
  readonly maxRetries?: number;
  /** How connections are used. `idleConnTimeout` bounds whole requests too, uploads included. @default - Thanos' defaults */
  readonly http?: ObjectStoreHttpOptions;
  /** How TLS is spoken. @default - the store's certificate is checked against the authorities of the image */
  readonly tls?: ObjectStoreTlsOptions;
  /** How network policies name the store. @default - the platform's `networkPeers.objectStorage` */
  readonly networkPeer?: NetworkPeer;
}

const credentials = () => madeBy(GcsCredentials, 'GcsCredentials.workloadIdentity(\'thanos@project.iam.gserviceaccount.com\')');

export const GCS_FIELDS: Fields<GcsBucketProps> = {
  bucket: required(text('a bucket name (3 to 222 lower-case letters, digits, \'-\', \'_\' and \'.\', at most 63 between dots, beginning and ending with a letter or digit, no address, without \'goog\' at its beginning or \'google\' in it)',
    /^(?=.{3,222}$)(?!goog)(?!.*g[o0]{2}gle)(?!(\d+\.){3}\d+$)[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?)*$/)),
  prefix: prefixField(),
  credentials: credentials(),
  readerCredentials: credentials(),
  compactorCredentials: credentials(),
  // Google's client sends pieces in multiples of this.
  chunkSize: size({ min: 256 * 1024 }),
  maxRetries: count({ min: 1 }),
  http: some<ObjectStoreHttpOptions>(),
  tls: some<ObjectStoreTlsOptions>(),
  networkPeer: networkPeer(),
};

/** A bucket of Google Cloud Storage as Thanos knows it. */
export function gcsStore(at: IConstruct, props: GcsBucketProps): Store {
  const given = read(at, GCS_FIELDS, props);
  const http = httpConfig(at, given.http, given.tls);
  if (given.compactorCredentials !== undefined) {
    Graph.of(at).report(at, 'gcs-overwrite-is-delete', 'Google Cloud Storage takes overwriting for deletion, which writers may not do here: an ingestor that was stopped '
      + 'within an upload cannot repeat it until the compactor has removed what is there, after two days. The copies of the other ingestors are not concerned; '
      + 'where there are none, allow writers storage.objects.delete, or let \'ingestor.tsdbRetention\' be three days.', Severity.NOTE);
  }
  return cloudStore(at, {
    type: 'GCS',
    host: 'storage.googleapis.com',
    port: 443,
    bucket: given.bucket,
    prefix: given.prefix,
    files: http.files,
    config: { bucket: given.bucket ?? 'unknown', chunk_size_bytes: given.chunkSize, max_retries: given.maxRetries, http_config: http.config },
    credentials: given,
    fallback: GcsCredentials.ambient(),
    networkPeer: given.networkPeer,
    policy,
  });
}

/** A custom role, as `gcloud iam roles create --file` takes it. */
function policy(access: ObjectStoreAccess): object {
  return {
    title: policyName(access),
    stage: 'GA',
    includedPermissions: [
      'storage.objects.get',
      'storage.objects.list',
      ...(includes(access, ObjectStoreAccess.READ_WRITE) ? ['storage.objects.create'] : []),
      ...(includes(access, ObjectStoreAccess.READ_WRITE_DELETE) ? ['storage.objects.delete'] : []),
    ],
  };
}
