import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { decodeId, encodeId, ID_PREFIXES, type IdKind } from './ids.ts';

const KINDS = Object.keys(ID_PREFIXES) as IdKind[];
const UUID = '01890a5d-ac96-774b-bcce-b302099a8057';
const ID = 'evt_01h455vb4pex5vsknk084sn02q';

describe('public ids', () => {
  test('are those of the TypeID specification', () => {
    expect(encodeId('event', UUID)).toBe(ID);
    expect(decodeId('event', ID)).toBe(UUID);
  });

  test.each(KINDS)('of a %s come back as the UUID that went in', (kind) => {
    for (let n = 0; n < 200; n += 1) {
      const uuid = randomUUID();
      const id = encodeId(kind, uuid);
      expect(id).toMatch(new RegExp(`^${ID_PREFIXES[kind]}_[0-9a-z]{26}$`));
      expect(decodeId(kind, id)).toBe(uuid);
    }
  });

  test('the smallest and the largest UUID have one too', () => {
    for (const uuid of ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff']) {
      expect(decodeId('delivery', encodeId('delivery', uuid))).toBe(uuid);
    }
  });

  test('sort as their UUIDs do: by time', () => {
    const uuids = ['01890a5d-ac96-7000-8000-000000000000', '01890a5d-ac97-7000-8000-000000000000'];
    const [earlier, later] = uuids.map((uuid) => encodeId('event', uuid)) as [string, string];
    expect(earlier < later).toBe(true);
  });

  test('of one kind are no ids of another', () => {
    for (const kind of KINDS.filter((other) => other !== 'event')) expect(decodeId(kind, ID)).toBeNull();
  });

  test('no two kinds share a prefix', () => {
    expect(new Set(Object.values(ID_PREFIXES)).size).toBe(KINDS.length);
  });

  test.each([
    ['nothing', ''],
    ['a prefix alone', 'evt_'],
    ['a bare UUID', UUID],
    ['a UUID behind the prefix', `evt_${UUID}`],
    ['no prefix', ID.slice(4)],
    ['a character too few', ID.slice(0, -1)],
    ['a character too many', `${ID}0`],
    ['upper case', ID.toUpperCase()],
    ['upper case behind the prefix', `evt_${ID.slice(4).toUpperCase()}`],
    ['a letter that is not in the alphabet', `evt_${ID.slice(4, -1)}u`],
    ['more than 128 bits', `evt_8${ID.slice(5)}`],
    ['a blank', ` ${ID}`],
    ['a line break at its end', `${ID}\n`],
    ['a path', 'evt_../../secret'],
    ['two prefixes', `evt_${ID}`],
    ['NUL', `evt_${'\0'.repeat(26)}`],
  ])('%s is no id', (_what, text) => {
    expect(decodeId('event', text)).toBeNull();
  });
});
