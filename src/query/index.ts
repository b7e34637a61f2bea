export { DeduplicationFunction, PromqlEngine, ThanosQueryOptions, ThanosQueryProps, ThanosQueryTuning } from './query-props';
export { QueryFrontend } from './query-frontend';
export { QueryFrontendOptions, QueryFrontendProps, QueryFrontendTuning } from './query-frontend-props';
export { MemcachedCacheOptions, RedisCacheOptions, ResponseCache } from './response-cache';
export { ThanosQuery } from './thanos-query';
