export * from './app.ts';
export * from './read-limits.ts';
