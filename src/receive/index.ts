export type { RemoteWriteUrlOptions } from './imported-ring';
export type { ReceiveIngestorOptions } from './ingestor';
export { ReplicationProtocol, type ThanosReceiveRingOptions, type ThanosReceiveRingProps, ZoneRollout } from './ring-props';
export { GrpcCompression, type ReceiveRouterOptions, type TenantLimits } from './router';
export { ThanosReceiveRing } from './thanos-receive-ring';
