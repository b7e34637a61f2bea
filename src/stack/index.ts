export { MonitoringStack } from './monitoring-stack';
export type { MonitoringStackProps } from './stack-props';
