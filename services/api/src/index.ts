export type { ApiDeps } from './api-deps.ts';
export { createApiApp, createApiRouter } from './app.ts';
export { type ApiOptions, startApi } from './start-api.ts';
export { readConfig as readApiConfig } from './config.ts';
