export * from './app.ts';
export { readConfig as readWorkerConfig } from './config.ts';
