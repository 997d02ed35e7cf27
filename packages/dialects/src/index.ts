export * from './dialect.ts';
export * from './manager.ts';
export * from './redact-answer.ts';
export * from './redact-headers.ts';
export * from './registry.ts';
