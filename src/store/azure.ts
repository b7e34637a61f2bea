import type { IConstruct } from 'constructs';
import { cloudStore, includes, policyName, prefixField, Store } from './cloud-store';
import { AzureCredentials, madeBy } from './credentials';
import { httpConfig, ObjectStoreHttpOptions, ObjectStoreTlsOptions } from './http-client';
import { count, Fields, read, required, some, text } from '../core/fields';
import { type NetworkPeer, networkPeer } from '../core/network-peer';
import { ObjectStoreAccess } from '../core/object-store';

/** A container of Azure Blob Storage. */
export interface AzureBucketProps {
  /** Name of the storage account. */
  readonly storageAccount: string;
  /** Name of the container; it must exist. */
  readonly container: string;
  /** Domain of the storage service, for clouds of their own, e.g. `blob.core.usgovcloudapi.net`. @default blob.core.windows.net */
  readonly endpoint?: string;
  /** Folder of the container that is used, so that several platforms may share it. @default - all of the container */
  readonly prefix?: string;
  /** How programs prove who they are. @default AzureCredentials.ambient() */
  readonly credentials?: AzureCredentials;
  /** Of programs that only read: store gateways and bucket viewers. @default - `credentials` */
  readonly readerCredentials?: AzureCredentials;
  /** Of the compactor, the only one that deletes. @default - `credentials` */
  readonly compactorCredentials?: AzureCredentials;
  /** How often a failed request is repeated, and a broken download continued. @default - 3 times, and not at all */
  readonly maxRetries?: number;
  /** How connections are used. @default - Thanos' defaults */
  readonly http?: ObjectStoreHttpOptions;
  /** How TLS is spoken. @default - the store's certificate is checked against the authorities of the image */
  readonly tls?: ObjectStoreTlsOptions;
  /** How network policies name the store. @default - the platform's `networkPeers.objectStorage` */
  readonly networkPeer?: NetworkPeer;
}

const credentials = () => madeBy(AzureCredentials, 'AzureCredentials.workloadIdentity(\'00000000-0000-0000-0000-000000000000\')');

export const AZURE_FIELDS: Fields<AzureBucketProps> = {
  storageAccount: required(text('a name of a storage account (3 to 24 lower-case letters and digits)', /^[a-z0-9]{3,24}$/)),
  container: required(text('a name of a container (3 to 63 lower-case letters, digits and single \'-\', beginning and ending with a letter or digit)',
    /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/)),
  endpoint: text('a domain without a scheme, e.g. blob.core.windows.net', /^(?=.{1,200}$)[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?(\.[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?)*$/),
  prefix: prefixField(),
  credentials: credentials(),
  readerCredentials: credentials(),
  compactorCredentials: credentials(),
  maxRetries: count({ min: 1 }),
  http: some<ObjectStoreHttpOptions>(),
  tls: some<ObjectStoreTlsOptions>(),
  networkPeer: networkPeer(),
};

/** A container of Azure as Thanos knows it. */
export function azureStore(at: IConstruct, props: AzureBucketProps): Store {
  const given = read(at, AZURE_FIELDS, props);
  const http = httpConfig(at, given.http, given.tls);
  const account = given.storageAccount ?? 'unknown';
  return cloudStore(at, {
    type: 'AZURE',
    host: `${account}.${given.endpoint ?? 'blob.core.windows.net'}`,
    port: 443,
    bucket: given.container,
    prefix: given.prefix,
    files: http.files,
    config: {
      storage_account: account,
      container: given.container ?? 'unknown',
      endpoint: given.endpoint,
      // To look for the container, and make it, would need more rights than blobs do.
      storage_create_container: false,
      max_retries: given.maxRetries,
      http_config: http.config,
    },
    credentials: given,
    fallback: AzureCredentials.ambient(),
    networkPeer: given.networkPeer,
    policy,
  });
}

const BLOBS = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs';

/** A custom role, as `az role definition create --role-definition` takes it, once the subscription is filled in. */
function policy(access: ObjectStoreAccess): object {
  return {
    Name: policyName(access),
    IsCustom: true,
    Description: 'Blocks of Thanos; assign it at the scope of the container.',
    Actions: [],
    DataActions: [
      `${BLOBS}/read`,
      ...(includes(access, ObjectStoreAccess.READ_WRITE) ? [`${BLOBS}/write`, `${BLOBS}/add/action`] : []),
      ...(includes(access, ObjectStoreAccess.READ_WRITE_DELETE) ? [`${BLOBS}/delete`] : []),
    ],
    AssignableScopes: ['/subscriptions/SUBSCRIPTION_ID'],
  };
}
