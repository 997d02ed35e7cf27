export * from './dialect.ts';
export { baseUrl } from './http/base-url.ts';
export * from './manager.ts';
export * from './redact-answer.ts';
export * from './redact-headers.ts';
export * from './registry.ts';
