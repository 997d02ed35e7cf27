export * from './read-compose.ts';
export * from './redis-settings.ts';
export * from './shift-clock-settings.ts';
export * from './start-deployment.ts';
export * from './start-process.ts';
