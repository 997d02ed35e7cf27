export * from './dialect.ts';
export * from './redact-headers.ts';
export * from './registry.ts';
