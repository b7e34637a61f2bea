export { ContinuousTest } from './continuous-test';
export type { ContinuousTestOptions, ContinuousTestProps } from './continuous-test-props';
