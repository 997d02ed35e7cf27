import { describe, expect, test } from '@jest/globals';
import { INGEST_STEPS, sumSteps, WORKER_STEPS } from './sum-steps.ts';

const frame = (url: string, functionName = 'f') => ({ functionName, url });

describe('steps', () => {
  test('a call has the step of the innermost file that has one, divided by the pieces', () => {
    const profile = {
      nodes: [
        { id: 1, callFrame: frame('', '(root)'), children: [2, 3, 7, 8, 9] },
        { id: 2, callFrame: frame('', '(idle)') },
        { id: 3, callFrame: frame('file:///x/services/worker/dist/attempt-delivery.js'), children: [4, 5] },
        { id: 4, callFrame: frame('file:///x/packages/outbound/dist/create-outbound.js'), children: [6] },
        { id: 5, callFrame: frame('file:///x/node_modules/pg-pool/index.js') },
        { id: 6, callFrame: frame('node:net', 'writev') },
        { id: 7, callFrame: frame('', '(garbage collector)') },
        { id: 8, callFrame: frame('node:internal/modules/esm/loader') },
        { id: 9, callFrame: frame('', 'toString') },
      ],
      samples: [2, 3, 4, 5, 6, 7, 8, 9],
      timeDeltas: [5000, 98, 20, 60, 30, 10, 900, 2],
    };
    expect(sumSteps(profile, WORKER_STEPS, 10)).toEqual([
      { name: 'the rest, such as the event loop', micros: 10 },
      { name: 'load and record (PostgreSQL)', micros: 6 },
      { name: 'send the request, read the answer', micros: 5 },
      { name: 'garbage collection', micros: 1 },
    ]);
  });

  test('a request is read by Express, and by what it calls', () => {
    const profile = {
      nodes: [
        { id: 1, callFrame: frame('node:_http_server'), children: [2] },
        { id: 2, callFrame: frame('file:///x/node_modules/router/index.js'), children: [3] },
        { id: 3, callFrame: frame('file:///x/packages/publishing/dist/accept-event.js') },
      ],
      samples: [1, 2, 3],
      timeDeltas: [1, 2, 4],
    };
    expect(sumSteps(profile, INGEST_STEPS, 1)).toEqual([
      { name: 'read and check the event', micros: 4 },
      { name: 'HTTP and Express', micros: 3 },
    ]);
  });
});
