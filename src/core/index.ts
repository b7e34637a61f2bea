export type { PlatformAlertTuning } from './alert-tuning';
export {
  type AlertEndpoint, Endpoint, EndpointProtocol, type ExternalEndpointOptions, type IAlertSink, type IQueryApi, type IRemoteWriteTarget,
  type IScrapeTarget, type IStoreApi, type RemoteWriteEndpoint,
  type StoreEndpoint,
} from './endpoint';
export { type Finding, Severity } from './findings';
export { NetworkPeer, type NetworkPeers, type NetworkPort, type PodPeerOptions } from './network-peer';
export {
  type IObjectStore, ObjectStoreAccess, type ObjectStoreConnection, type SecretFile, type SecretVariable, type SharedClaim,
} from './object-store';
export { LogFormat, LogLevel, Platform, type PlatformOptions, type Toleration } from './platform';
export type { PodOptions, ProgramOptions } from './program-options';
