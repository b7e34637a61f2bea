export * from './figure';
export { Prices, Workload, WorkloadProps } from './workload';
