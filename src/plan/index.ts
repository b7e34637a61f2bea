export { CapacityPlan, CapacityPlanProps } from './capacity-plan';
export { Combination } from './combinations';
export { IPlanned } from './context';
export { Figure, FigureUnit } from './figure';
export { Prices, Workload, WorkloadProps } from './workload';
