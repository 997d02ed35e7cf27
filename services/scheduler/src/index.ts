export * from './app.ts';
export { readConfig as readSchedulerConfig } from './config.ts';
