export { CapacityPlan, type EvaluatedRule } from './capacity-plan';
export type { Combination } from './combinations';
export type { IPlanned } from './context';
export { type Figure, FigureUnit } from './figure';
export { type Prices, Workload, type WorkloadProps } from './workload';
