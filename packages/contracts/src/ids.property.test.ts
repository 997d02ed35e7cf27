import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeId, encodeId, ID_PREFIXES, type IdKind } from './ids.ts';

const RUNS = { numRuns: 300, seed: 20261121 };
const kind = fc.constantFrom(...(Object.keys(ID_PREFIXES) as IdKind[]));

test('an id is read back as the UUID that it is of, and as nothing else', () => {
  fc.assert(
    fc.property(kind, kind, fc.uuid({ version: 7 }), (own, other, uuid) => {
      const id = encodeId(own, uuid);
      expect(decodeId(own, id)).toBe(uuid);
      if (other !== own) expect(decodeId(other, id)).toBeNull();
    }),
    RUNS,
  );
});

test('whatever text comes, it is no id or the one name of its UUID', () => {
  const nearly = fc.tuple(
    kind,
    fc.string({ unit: fc.constantFrom(...'0123456789abcdefghjkmnpqrstvwxyzILOU_-'.split('')), maxLength: 30 }),
  );
  fc.assert(
    fc.property(
      kind,
      fc.oneof(
        fc.string(),
        nearly.map(([one, rest]) => `${ID_PREFIXES[one]}_${rest}`),
      ),
      (own, text) => {
        const uuid = decodeId(own, text);
        if (uuid !== null) expect(encodeId(own, uuid)).toBe(text);
      },
    ),
    RUNS,
  );
});
