export type { Inputs, Known, Made } from './inputs';
export { MonitoringStack, type MonitoringStackArgs } from './monitoring-stack';
export { policyDocuments } from './policy-documents';
export type { Extend } from './synthesis';
