export * from './core';
export * from './plan';
export * from './receive';
export * from './store';
