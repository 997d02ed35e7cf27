import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  API_CALLS,
  type ApiCall,
  fillIn,
  formatsWithoutCalls,
  GUARDED_CALLS,
  type Ids,
  idsOf,
} from '../testing/security/api-calls.ts';
import {
  HOSTILE_BODIES,
  HOSTILE_IDS,
  HOSTILE_JSON,
  HOSTILE_TYPES,
  hostileQueries,
} from '../testing/security/hostile-values.ts';
import { forEachOf } from '../testing/security/judge-answer.ts';
import { mutateExample } from '../testing/security/mutate-example.ts';
import type { SeenAnswer } from '../testing/security/send-bytes.ts';
import { type Attack, startAttack } from '../testing/security/start-attack.ts';

let attack: Attack;

beforeAll(async () => {
  attack = await startAttack();
}, 180_000);

afterAll(() => attack?.close(), 60_000);

const withBody = API_CALLS.filter(({ example }) => example !== undefined);

test('every dialect has calls here, and with the native API there are more than 60', () => {
  expect(formatsWithoutCalls()).toEqual([]);
  expect(API_CALLS.length).toBeGreaterThan(60);
});

describe('tokens', () => {
  const LACKING: Readonly<Record<string, readonly ApiCall['access'][]>> = {
    admin: ['manage', 'publish', 'read'],
    manage: ['publish', 'read'],
    publish: ['manage', 'read'],
    read: ['publish'],
  };

  test('that are missing, wrong, revoked or of another scope do nothing, at any call', async () => {
    const before = await attack.attacker.fingerprint();
    await forEachOf(GUARDED_CALLS, async (call) => {
      const wrong = [
        '',
        'ph_unknown',
        attack.attacker.revoked,
        `${attack.attacker.token('manage')}x`,
        "' OR 1=1 --",
        'x'.repeat(8000),
      ];
      const refused: [string, Record<string, string>, number][] = [
        ['none', {}, 401],
        ['Basic nonsense', { authorization: 'Basic !!!' }, 401],
        ['Bearer alone', { authorization: 'Bearer' }, 401],
        ...wrong.map((token): [string, Record<string, string>, number] => [token, call.authorize(token), 401]),
        ...(LACKING[call.access] ?? []).map((scope): [string, Record<string, string>, number] => [
          `scope ${scope}`,
          call.authorize(attack.attacker.token(scope)),
          403,
        ]),
      ];
      for (const [what, authorization, status] of refused) {
        const answer = await attack.send(call, { authorization });
        if (answer.status !== status)
          attack.note(`${call.name} with ${what.slice(0, 40)}: ${answer.status} ${answer.text.slice(0, 200)}`);
      }
    });
    expect(await attack.attacker.fingerprint()).toBe(before);
    attack.report('missing, wrong, revoked, wrongly scoped tokens');
  }, 300_000);
});

describe('ids', () => {
  const own = GUARDED_CALLS.filter((call) => call.access !== 'admin' && idsOf(call).length > 0);

  /** Of the same form as ids that are there, and nobody's. */
  const nobodys = (): Ids => ({
    webhookId: '2147483647',
    uuid: randomUUID(),
    ...Object.fromEntries(
      (['eventId', 'deliveryId', 'replayId', 'listenerId', 'tokenId'] as const).map((name) => {
        const id = attack.victim.ids[name] ?? '';
        return [name, `${id.slice(0, -1)}${id.endsWith('0') ? '1' : '0'}`];
      }),
    ),
  });

  test("of another account are as if they were nobody's, and nothing of it is shown or changed", async () => {
    const before = await attack.victim.fingerprint();
    const unknown = nobodys();
    const plain = ({ status, text }: SeenAnswer, ids: Ids): string =>
      `${status} ${Object.values(ids).reduce((rest, id) => rest.replaceAll(id, '*'), text)}`;
    await forEachOf(own, async (call) => {
      const ofVictim = plain(
        await attack.send(call, { ids: { ...attack.attacker.ids, ...attack.victim.ids } }),
        attack.victim.ids,
      );
      const ofNobody = plain(await attack.send(call, { ids: { ...attack.attacker.ids, ...unknown } }), unknown);
      if (ofVictim !== ofNobody) attack.note(`${call.name} tells them apart: ${ofVictim} | ${ofNobody}`);
    });
    expect(await attack.victim.fingerprint()).toBe(before);
    attack.report("ids of another account's things");
  }, 300_000);

  test('that are none are refused', async () => {
    await forEachOf(own, async (call) => {
      for (const id of HOSTILE_IDS) {
        const ids = Object.fromEntries(Object.keys(attack.attacker.ids).map((name) => [name, id]));
        await attack.send(call, { path: fillIn(call.path, ids), body: attack.bodyOf(call, attack.attacker.ids) });
      }
    });
    attack.report('ids that are none');
  }, 300_000);
});

describe('queries and headers', () => {
  test('with hostile values are refused or ignored', async () => {
    await forEachOf(GUARDED_CALLS, async (call) => {
      const ids = await attack.freshIds(call);
      const names = call.query.length === 0 ? ['x'] : call.query;
      for (const query of names.flatMap(hostileQueries)) await attack.send(call, { ids, query });
      await attack.send(call, { ids, query: Array.from({ length: 2000 }, (_, n) => `k${n}=1`).join('&') });
    });
    attack.report('queries');
  }, 300_000);

  test('with methods, hosts, forwarded addresses and traces that are made up', async () => {
    const made: Record<string, string | string[]>[] = [
      { host: 'evil.example' },
      { host: 'a\'"<script>' },
      { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'javascript', 'x-forwarded-for': "1.1.1.1, ' OR 1=1" },
      { traceparent: '00-00000000000000000000000000000000-0000000000000000-01' },
      { traceparent: `00-${'g'.repeat(32)}-${'0'.repeat(16)}-zz`, tracestate: 'x'.repeat(4000) },
      { 'if-modified-since': 'never', 'if-unmodified-since': '0000', 'if-match': '*', range: 'bytes=0-,-1' },
      { 'user-agent': '\u00ff{"level":"error","message":"forged by a client"}', 'x-request-id': "';--" },
      { 'x-http-method-override': 'DELETE', 'x-method-override': 'DELETE' },
      { cookie: 'a=b; __proto__=c' },
      { expect: '100-continue' },
    ];
    await forEachOf(API_CALLS, async (call) => {
      const ids = await attack.freshIds(call);
      for (const headers of made) await attack.send(call, { ids, headers });
      for (const method of ['PUT', 'TRACE', 'OPTIONS', 'PROPFIND', 'QUERY'])
        await attack.send({ ...call, method }, { ids });
    });
    attack.report('methods and headers');
  }, 300_000);
});

describe('bodies', () => {
  test('that are no JSON, deep, wide, of wrong types and not UTF-8', async () => {
    await forEachOf(GUARDED_CALLS, async (call) => {
      const ids = await attack.freshIds(call);
      for (const body of HOSTILE_BODIES) await attack.send(call, { ids, body });
      for (const type of HOSTILE_TYPES) {
        const body = attack.bodyOf(call, ids) ?? '{}';
        await attack.send(call, { ids, body, headers: { 'content-type': type, accept: type } });
      }
    });
    attack.report('whole bodies and content types');
  }, 300_000);

  test('with a hostile value in each field', async () => {
    await forEachOf(withBody, async (call) => {
      const ids = await attack.freshIds(call);
      const example: unknown = JSON.parse(attack.bodyOf(call, ids) ?? '{}');
      for (const body of mutateExample(example, HOSTILE_JSON)) await attack.send(call, { ids, body });
    });
    attack.report('hostile values, field by field');
  }, 300_000);

  test('of 10 MB, and packed ones of 50 MB, are not read', async () => {
    const large = Buffer.alloc(10_000_000, 'x');
    const packed = gzipSync(Buffer.alloc(50_000_000, ' '));
    const refused = new Set([0, 400, 413, 415]);
    await forEachOf(
      withBody,
      async (call) => {
        const ids = await attack.freshIds(call);
        const answers = [
          await attack.send(call, { ids, body: large }),
          await attack.send(call, { ids, body: packed, headers: { 'content-encoding': 'gzip' } }),
        ];
        for (const { status } of answers) if (!refused.has(status)) attack.note(`${call.name} took it: ${status}`);
      },
      2,
    );
    attack.report('bodies of 10 MB, and of 50 MB packed');
  }, 300_000);
});

describe('after all of it', () => {
  test('no process ended, nothing is a fault of ours in any log, and no line was forged', () => {
    expect(attack.system.faults().slice(0, 10)).toEqual([]);
    const lines = attack.system.deployment.all.flatMap((service) => service.lines);
    expect(lines.filter(({ message }) => message === 'forged by a client')).toEqual([]);
  });

  test('no object is polluted, and everything still works', async () => {
    const body = { name: 'plain', events: ['plain.event'], targetUrl: `${attack.system.receiver.url}/plain` };
    const created = await attack.attacker.client.webhooks.create(body);
    expect(await attack.attacker.client.webhooks.get(created.id)).toMatchObject({
      ...body,
      headers: {},
      properties: {},
    });
    expect(JSON.stringify(created)).not.toContain('polluted');
    expect((await attack.victim.client.webhooks.get(Number(attack.victim.ids['webhookId']))).name).toBe(
      `webhook ${attack.victim.marker}`,
    );
  });
});
