import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createLogger } from './create-logger.ts';
import { redactCredentials } from './redact-credentials.ts';

/** Any text, halves of characters and control characters among them. */
const codeUnits = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
  .map((units) => String.fromCharCode(...units));

const RUNS = { numRuns: 300, seed: 20261121 };
const NAMES = ['authorization', 'token', 'secret', 'password'];
const SECRET = 'the-secret-itself';

const fields = fc.dictionary(fc.string({ maxLength: 10 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 6 });
const name = fc.constantFrom(...NAMES);

test('what is under the name of a credential is in no copy, at the top or one level down, and the object itself stays', () => {
  fc.assert(
    fc.property(fields, fields, name, fc.string({ minLength: 1, maxLength: 8 }), (top, inside, credential, place) => {
      const given = { ...top, [credential]: SECRET, [place]: { ...inside, [credential]: SECRET } };
      fc.pre(!NAMES.includes(place) && place !== '__proto__');
      const before = JSON.stringify(given);
      expect(JSON.stringify(redactCredentials(given))).not.toContain(SECRET);
      expect(JSON.stringify(given)).toBe(before);
    }),
    RUNS,
  );
});

test('what names no credential is the very same object', () => {
  fc.assert(
    fc.property(fields, (given) => {
      const clean = Object.fromEntries(Object.entries(given).filter(([, value]) => typeof value !== 'object'));
      fc.pre(!NAMES.some((one) => Object.hasOwn(clean, one)));
      expect(redactCredentials(clean)).toBe(clean);
    }),
    RUNS,
  );
});

test('a line of the log is one line of JSON, whatever is logged', () => {
  const written: string[] = [];
  const destination = { write: (line: string) => void written.push(line) };
  const logger = createLogger({ service: 'test', level: 'info', destination });
  fc.assert(
    fc.property(fields, codeUnits, (given, text) => {
      written.length = 0;
      logger.info({ ...given, text }, 'test.logged');
      expect(written).toHaveLength(1);
      expect(written[0]?.slice(0, -1)).not.toMatch(/[\r\n]/);
      expect(JSON.parse(written[0] ?? '')).toMatchObject({ message: 'test.logged' });
    }),
    RUNS,
  );
});
