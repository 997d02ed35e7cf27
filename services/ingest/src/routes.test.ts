import { expect, test } from '@jest/globals';
import { listOperations } from '@posthorn/openapi';
import { createTelemetry } from '@posthorn/runtime';
import { listRoutes, nameRoute } from '@posthorn/testing';
import { createIngestRouter, type IngestDeps } from './app.ts';

const LIMITS = { maxBodyBytes: 1, maxBatchBytes: 1, maxStreams: 1, idleMs: 1 };

test('the routes of ingest are the operations of the OpenAPI document that publish', () => {
  // The handlers are not called: of all that they stand on, only this is looked at when they are made.
  const parts: Partial<IngestDeps> = { limits: LIMITS, telemetry: createTelemetry() };
  const router = createIngestRouter(parts as IngestDeps);
  const operations = listOperations([])
    .filter(({ access }) => access === 'publish')
    .map(({ method, path }) => nameRoute(method, path));
  expect([...new Set(listRoutes(router))].sort()).toEqual(operations.sort());
});
