import { describe, expect, test } from '@jest/globals';
import { MAX_SHARDS } from '@posthorn/contracts';
import { shardPrefix, shardTag, slotOf } from './place-shards.ts';

const slots = (count: number) => Array.from({ length: count }, (_, shard) => slotOf(shardTag('posthorn', shard)));

/** Shards on each of so many nodes with equal parts of the slots. */
const spread = (shards: number, nodes: number): number[] => {
  const counts = Array.from({ length: nodes }, () => 0);
  for (const slot of slots(shards)) counts[Math.floor((slot * nodes) / 16_384)]! += 1;
  return counts;
};

describe('the place of a shard', () => {
  test('is the slot that Redis gives to its keys', () => {
    // Redis Cluster specification, Appendix A: CRC16 of 123456789 is 31C3.
    expect(slotOf('123456789')).toBe(0x31_c3);
  });

  test('does not change: names of keys hang on it', () => {
    expect([0, 1, 2, 3, 63].map((shard) => shardTag('posthorn', shard))).toMatchInlineSnapshot(`
[
  "posthorn.0.48",
  "posthorn.1.24",
  "posthorn.2.164",
  "posthorn.3.49",
  "posthorn.63.432",
]
`);
  });

  test.each([
    [3, 3, [1, 1, 1]],
    [6, 3, [2, 2, 2]],
    [12, 3, [4, 4, 4]],
    [6, 6, [1, 1, 1, 1, 1, 1]],
    [8, 4, [2, 2, 2, 2]],
    [10, 5, [2, 2, 2, 2, 2]],
  ])('%i shards lie evenly on %i nodes', (shards, nodes, expected) => {
    expect(spread(shards, nodes)).toEqual(expected);
  });

  test('is a slot of its own for each shard that there can be', () => {
    expect(new Set(slots(MAX_SHARDS)).size).toBe(MAX_SHARDS);
  });

  test('on one Redis leaves the first shard its keys of before', () => {
    expect(shardPrefix('posthorn', 0, false)).toBe('posthorn');
    expect(shardPrefix('posthorn', 1, false)).toBe(shardPrefix('posthorn', 1, true));
    expect(shardPrefix('posthorn', 0, true)).toMatch(/^\{posthorn\.0\.\d+\}$/);
  });
});
