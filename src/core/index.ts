export { Endpoint, EndpointProtocol, ExternalEndpointOptions, IQueryApi, IRemoteWriteTarget, IStoreApi, RemoteWriteEndpoint, StoreEndpoint } from './endpoint';
export { Finding, Severity } from './findings';
export { NetworkPeer, NetworkPeers, NetworkPort, PodPeerOptions } from './network-peer';
export { IObjectStore, ObjectStoreAccess, ObjectStoreConnection, SecretFile, SecretVariable, SharedClaim } from './object-store';
export { LogFormat, LogLevel, Platform, PlatformOptions, Toleration } from './platform';
export { ProgramOptions } from './program-options';
