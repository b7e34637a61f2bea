export * from './collect';
export * from './core';
export * from './plan';
export * from './query';
export * from './receive';
export * from './stack';
export * from './store';
export * from './topology';
