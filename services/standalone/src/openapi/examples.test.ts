import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { FORMATS } from '@posthorn/dialects';
import { createDocument, type Operation } from '@posthorn/openapi';
import { waitUntil } from '@posthorn/testing';
import { OPERATIONS, startTestWalk, type TestWalk } from '../testing/start-test-walk.ts';

let walk: TestWalk;

beforeAll(async () => {
  walk = await startTestWalk();
});

afterAll(() => walk.close());

const successOf = (answers: object): number => Number(Object.keys(answers)[0]);

describe('an operation of the OpenAPI document, with an example of it', () => {
  const calls = OPERATIONS.flatMap((operation) => {
    const examples = (operation.body?.contents ?? []).flatMap(({ mediaType, examples: named }) =>
      Object.entries(named).map(([name, example]) => ({ operation, id: operation.id, name, mediaType, example })),
    );
    const without = { operation, id: operation.id, name: 'no body', mediaType: '', example: undefined };
    return operation.body?.required === true ? examples : [without, ...examples];
  });

  test.each(calls)('$id with $name succeeds', async ({ operation, mediaType, example }) => {
    const ids = await walk.makeIds(operation.path);
    const body = typeof example === 'string' ? example : JSON.stringify(example);
    const answer = await walk.call(operation, {
      ids,
      ...(example === undefined ? {} : { body: walk.localize(body), headers: { 'content-type': mediaType } }),
    });
    expect(answer.status).toBe(successOf(operation.answers));
  });

  const isList = ({ query }: Operation): boolean =>
    Object.hasOwn((query?.describe() as { keys?: object } | undefined)?.keys ?? {}, 'cursor');

  test.each(OPERATIONS.filter(isList))(
    '$id gives pages whose cursors lead on, as the document describes lists',
    async (operation) => {
      const ids = await walk.makeIds(operation.path);
      const first = await walk.call(operation, { ids, query: '?limit=1' });
      expect(first.status).toBe(200);
      const cursor = first.body.nextCursor ?? 'bm9uZQ';
      const second = await walk.call(operation, { ids, query: `?limit=200&cursor=${encodeURIComponent(cursor)}` });
      expect(second.status).toBe(first.body.nextCursor === null ? 422 : 200);
    },
  );

  test.each(OPERATIONS.filter(({ access }) => access === 'read'))(
    '$id also takes a token that may manage',
    async (operation) => {
      const ids = await walk.makeIds(operation.path);
      expect((await walk.call(operation, { ids, token: walk.tokenFor('manage') })).status).toBe(200);
    },
  );
});

test('the document and the page are served', async () => {
  const document = await fetch(`${walk.pipeline.url}/openapi.json`);
  expect(await document.json()).toEqual(JSON.parse(JSON.stringify(createDocument({ formats: FORMATS }))));
  expect((await fetch(`${walk.pipeline.url}/docs`)).status).toBe(200);
});

test('what a receiver gets is as the document describes it', async () => {
  const [publish, create] = ['publishEvent', 'createWebhook'].map((id) => OPERATIONS.find((one) => one.id === id)!);
  const type = 'callback.walked';
  const targetUrl = `${walk.receiver.url}/callback`;
  await walk.call(create!, { json: { name: 'callback', events: [type], targetUrl, properties: { tenant: 'north' } } });
  await walk.call(publish!, { json: { type, data: { contactId: 4711 } } });
  const request = await waitUntil('the delivery has come', () =>
    walk.receiver.requests.find(({ path }) => path === '/callback'),
  );
  const { webhooks, components } = createDocument({ formats: FORMATS });
  const headers = webhooks.delivery.post.parameters.map(({ name }) => name);
  expect(Object.keys(request.headers)).toEqual(expect.arrayContaining(headers));
  const fields = Object.keys(components.schemas['DeliveredEvent']?.['properties'] as object);
  expect(Object.keys(JSON.parse(request.body))).toEqual([...fields, 'tenant']);
});
