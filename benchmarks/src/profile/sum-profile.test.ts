import { describe, expect, test } from '@jest/globals';
import { areaOf, largestAreas, sumProfile } from './sum-profile.ts';

const frame = (url: string, functionName = 'f') => ({ functionName, url });

describe('areas', () => {
  test('are packages, our own workspaces, and parts of Node', () => {
    expect(areaOf(frame('file:///x/node_modules/bullmq/dist/esm/classes/job.js'))).toBe('bullmq');
    expect(areaOf(frame('file:///x/node_modules/@prisma/client/runtime/client.js'))).toBe('@prisma/client');
    expect(areaOf(frame('file:///x/node_modules/a/node_modules/b/index.js'))).toBe('b');
    expect(areaOf(frame('file:///x/packages/outbound/dist/create-outbound.js'))).toBe('Posthorn: packages/outbound');
    expect(areaOf(frame('file:///x/services/worker/src/app.ts'))).toBe('Posthorn: services/worker');
    expect(areaOf(frame('node:internal/streams/writable'))).toBe('Node: streams');
    expect(areaOf(frame('node:net'))).toBe('Node: net');
    expect(areaOf(frame('', '(garbage collector)'))).toBe('garbage collection');
    expect(areaOf(frame('', 'stringify'))).toBe('native: stringify');
    expect(areaOf(frame('wasm://wasm/00d1cb12'))).toBe('WebAssembly');
  });

  test('have their share of the busy time: what is idle is not counted', () => {
    const profile = {
      nodes: [
        { id: 1, callFrame: frame('', '(root)') },
        { id: 2, callFrame: frame('', '(idle)') },
        { id: 3, callFrame: frame('node:net') },
        { id: 4, callFrame: frame('/x/node_modules/pg/lib/client.js') },
      ],
      samples: [2, 3, 4, 4],
      timeDeltas: [1000, 10, 20, 10],
    };
    expect(sumProfile(profile)).toEqual([
      { area: 'pg', share: 0.75 },
      { area: 'Node: net', share: 0.25 },
    ]);
    expect(largestAreas(sumProfile(profile), 0.5)).toEqual([
      { area: 'pg', share: 0.75 },
      { area: 'all the rest', share: 0.25 },
    ]);
  });
});
