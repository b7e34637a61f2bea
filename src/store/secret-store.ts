import type { SecretValue } from 'cdk8s-plus-28';
import type { IConstruct } from 'constructs';
import { endpointField, hostAndPort, reportSharedCredentials, Store, storePeer } from './cloud-store';
import { Endpoint, EndpointProtocol } from '../core/endpoint';
import { Fields, read, required, secretValue } from '../core/fields';
import { type NetworkPeer, networkPeer } from '../core/network-peer';
import { ObjectStoreAccess } from '../core/object-store';

/** A bucket that a Secret describes, in Thanos' own format: of a kind that this library does not know, or as it is used elsewhere. */
export interface SecretBucketProps {
  /** The whole configuration (`type`, `config`, `prefix`). Nothing in it is checked. */
  readonly config: SecretValue;
  /** That of programs that only read: store gateways and bucket viewers. @default - `config` */
  readonly readerConfig?: SecretValue;
  /** That of the compactor, the only one that deletes. @default - `config` */
  readonly compactorConfig?: SecretValue;
  /** Host of the store, with its port unless that is 443: for network policies and the picture of the platform. */
  readonly endpoint: string;
  /** How network policies name the store. @default - the platform's `networkPeers.objectStorage` */
  readonly networkPeer?: NetworkPeer;
}

export const SECRET_FIELDS: Fields<SecretBucketProps> = {
  config: required(secretValue()),
  readerConfig: secretValue(),
  compactorConfig: secretValue(),
  endpoint: required(endpointField()),
  networkPeer: networkPeer(),
};

const MOUNT_PATH = '/etc/thanos/objstore/config';

/** A bucket whose description is nobody's business here. */
export function secretStore(at: IConstruct, props: SecretBucketProps): Store {
  const given = read(at, SECRET_FIELDS, props);
  const { config, readerConfig, compactorConfig } = given;
  const { host, port } = hostAndPort(given.endpoint ?? 'unknown', 443);
  const endpoint = Endpoint.external({ host, port, protocol: EndpointProtocol.HTTPS, peer: storePeer(at, given.networkPeer, port) });
  if (compactorConfig === undefined) {
    reportSharedCredentials(at);
  }
  const byAccess = {
    [ObjectStoreAccess.READ]: readerConfig ?? config,
    [ObjectStoreAccess.READ_WRITE]: config,
    [ObjectStoreAccess.READ_WRITE_DELETE]: compactorConfig ?? config,
  };
  return {
    connect: access => {
      const value = byAccess[access];
      return { endpoint, configFile: value && { mountPath: MOUNT_PATH, value } };
    },
  };
}
