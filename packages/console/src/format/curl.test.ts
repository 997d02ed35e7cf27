import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { quoteForShell, toCurl } from './curl.ts';

const request = {
  method: 'POST',
  url: 'https://crm.example.com/hooks?a=1&b=2',
  headers: { 'Content-Type': 'application/json', 'content-length': '12', Host: 'crm.example.com', 'X-Empty': '' },
  body: `{"name":"O'Brien","cost":"$5 \`x\`"}`,
};

test('a request becomes a command that sends the same, without what curl makes itself', () => {
  expect(toCurl(request)).toBe(
    [
      "curl -sS -i -X POST 'https://crm.example.com/hooks?a=1&b=2'",
      "-H 'Content-Type: application/json'",
      "-H 'X-Empty;'",
      `--data-raw '{"name":"O'\\''Brien","cost":"$5 \`x\`"}'`,
    ].join(' \\\n  '),
  );
});

test('without a body there is no data', () => {
  expect(toCurl({ ...request, method: 'GET', headers: {}, body: null })).toBe(
    "curl -sS -i -X GET 'https://crm.example.com/hooks?a=1&b=2'",
  );
});

test('whatever the text, a shell hands it on unchanged, as one word', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 60 }).filter((value) => !value.includes('\0'));
  fc.assert(
    fc.property(text, (value) => {
      const printed = execFileSync('sh', ['-c', `printf '%s' ${quoteForShell(value)}`], { encoding: 'utf8' });
      expect(printed).toBe(value);
    }),
    { seed: 20_261_121, numRuns: 60 },
  );
});
