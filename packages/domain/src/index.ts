export * from './judge-health.ts';
export * from './match-event.ts';
export * from './parse-retry-after.ts';
export * from './plan-retry.ts';
export * from './settle-attempt.ts';
export * from './share-limit.ts';
export * from './sign-standard.ts';
export * from './uuid-time.ts';
