export { MonitoringStack } from './monitoring-stack';
export { MonitoringStackProps } from './stack-props';
