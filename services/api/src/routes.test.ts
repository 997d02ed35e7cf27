import { expect, test } from '@jest/globals';
import { listOperations } from '@posthorn/openapi';
import { createTelemetry } from '@posthorn/runtime';
import { listRoutes, nameRoute } from '@posthorn/testing';
import type { ApiDeps } from './api-deps.ts';
import { createNativeRouter } from './app.ts';
import { createCallers, createGuards, createLimits } from './guards.ts';

test('the routes of the API are the operations of the OpenAPI document', () => {
  // The handlers are not called: of all that they stand on, only this is looked at when they are made.
  const deps = { adminToken: 'none', telemetry: createTelemetry() } as Partial<ApiDeps> as ApiDeps;
  const limits = createLimits(deps);
  const router = createNativeRouter(deps, createGuards(createCallers(deps, limits), limits, deps));
  const operations = listOperations([])
    // Ingest takes events, and every service has a health of its own.
    .filter(({ access }) => access !== 'publish' && access !== 'anybody')
    .map(({ method, path }) => nameRoute(method, path));
  expect(listRoutes(router).sort()).toEqual(operations.sort());
});
