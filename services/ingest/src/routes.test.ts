import { expect, test } from '@jest/globals';
import { listOperations } from '@posthorn/openapi';
import { listRoutes, nameRoute } from '@posthorn/testing';
import { createIngestRouter, type IngestDeps } from './app.ts';

test('the routes of ingest are the operations of the OpenAPI document that publish', () => {
  const router = createIngestRouter({ maxBodyBytes: 1 } as IngestDeps);
  const operations = listOperations([])
    .filter(({ access }) => access === 'publish')
    .map(({ method, path }) => nameRoute(method, path));
  expect([...new Set(listRoutes(router))].sort()).toEqual(operations.sort());
});
