export { RemoteWriteUrlOptions } from './imported-ring';
export { ReceiveIngestorOptions } from './ingestor';
export { ReplicationProtocol, ThanosReceiveRingOptions, ThanosReceiveRingProps, ZoneRollout } from './ring-props';
export { GrpcCompression, ReceiveRouterOptions, TenantLimits } from './router';
export { ThanosReceiveRing } from './thanos-receive-ring';
