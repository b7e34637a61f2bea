export { MetaMonitoring, type MetaMonitoringOptions, type MetaMonitoringProps } from './meta-monitoring';
export { MonitoringStack } from './monitoring-stack';
export type { MonitoringStackProps, PlatformAlertOptions } from './stack-props';
