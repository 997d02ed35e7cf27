import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { waitUntil } from '@posthorn/testing';
import express from 'express';
import { Registry } from 'prom-client';
import { measureRequests } from './measure-requests.ts';
import { prepareRequests } from './prepare-requests.ts';
import { type Listening, listen } from './listen.ts';

const registry = new Registry();
let listening: Listening;

beforeAll(async () => {
  const app = express();
  app.use(prepareRequests(measureRequests(registry)));
  app.get('/things/:id', (_request, response) => void response.sendStatus(204));
  const inner = express.Router();
  inner.get('/:name', (_request, response) => void response.sendStatus(200));
  app.use('/of/:tenant', inner);
  app.use('/dialect', (_request, response) => {
    response.locals['route'] = 'dialect create';
    response.sendStatus(201);
  });
  listening = await listen(app, { host: '127.0.0.1', port: 0 });
});
afterAll(() => listening.stop());

const ask = async (path: string, method = 'GET') => {
  await (await fetch(`http://127.0.0.1:${listening.port}${path}`, { method })).text();
};

/** What was counted, as "method route status". */
const counted = async (count: number): Promise<Map<string, number>> =>
  waitUntil(`${count} requests are counted`, async () => {
    const metric = await registry.getSingleMetric('posthorn_http_requests_total')?.get();
    const values = metric?.values ?? [];
    if (values.reduce((sum, { value }) => sum + value, 0) < count) return null;
    return new Map(values.map(({ labels, value }) => [Object.values(labels).join(' '), value]));
  });

describe('requests are counted', () => {
  test('by template, method and status; a handler that is no route names itself', async () => {
    await ask('/things/1');
    await ask('/things/2');
    await ask('/dialect/anything', 'POST');
    await ask('/nowhere');
    await ask('/things/1', 'PURGE');
    expect(Object.fromEntries(await counted(5))).toEqual({
      'GET /things/:id 204': 2,
      'POST dialect create 201': 1,
      'GET none 404': 1,
      'other none 404': 1,
    });
  });

  test('with a bound on routes, for a router that stands below a parameter', async () => {
    const before = [...(await counted(5)).values()].reduce((sum, value) => sum + value, 0);
    for (let tenant = 0; tenant < 250; tenant += 1) await ask(`/of/${tenant}/x`);
    const routes = await counted(before + 250);
    expect(routes.size).toBeLessThanOrEqual(205);
    expect(routes.get('GET other 200')).toBeGreaterThan(50);
  });
});
