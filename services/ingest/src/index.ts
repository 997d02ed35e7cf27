export * from './app.ts';
export { readConfig as readIngestConfig } from './config.ts';
