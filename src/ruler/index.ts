export { QueryHttpMethod } from './ruler-props';
export type { RulerRemoteWriteTuning, ThanosRulerOptions, ThanosRulerProps, ThanosRulerTuning } from './ruler-props';
export { ThanosRuler } from './thanos-ruler';
