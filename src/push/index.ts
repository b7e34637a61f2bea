export { KeepGroup, type PushGatewayJobOptions, type PushGatewayJobProps, PushMethod } from './push-gateway-job-props';
export { PushGatewayJob } from './push-gateway-job';
export type { PushGroup } from './push-group';
export type { IPushTarget, PushEndpoint } from './push-target';
export { Pushgateway } from './pushgateway';
export type { PushgatewayCleanerOptions, PushgatewayProps } from './pushgateway-props';
