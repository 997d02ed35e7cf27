export * from './dialect.ts';
export * from './registry.ts';
