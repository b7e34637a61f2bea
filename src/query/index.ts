export { DeduplicationFunction, PromqlEngine, ProxyStrategy, type ThanosQueryOptions, type ThanosQueryProps, type ThanosQueryTuning } from './query-props';
export { QueryFrontend } from './query-frontend';
export type { QueryFrontendOptions, QueryFrontendProps, QueryFrontendTuning } from './query-frontend-props';
export { type MemcachedCacheOptions, type RedisCacheOptions, ResponseCache } from './response-cache';
export { ThanosQuery } from './thanos-query';
