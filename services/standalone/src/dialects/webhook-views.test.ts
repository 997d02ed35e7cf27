import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createDialectCaller } from '../testing/call-dialect.ts';
import { startTestPipeline, type TestPipeline } from '../testing/start-test-pipeline.ts';

let pipeline: TestPipeline;

beforeAll(async () => {
  pipeline = await startTestPipeline();
});
afterAll(() => pipeline.close());

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** How each API is called; the calls are those that the views name. */
const authorizations: Record<string, (token: string) => Record<string, string>> = {
  superoffice: bearer,
  sonar: (token) => ({ 'x-token': token }),
  passona: bearer,
  wooxy: (token) => ({ 'access-token': token }),
};

describe('the view of a webhook in another API', () => {
  test.each(Object.keys(authorizations))('%s: is what the call that it names answers with', async (dialect) => {
    const { id } = await pipeline.client.webhooks.create({
      name: 'compared',
      events: ['contact.created', 'sale.*'],
      targetUrl: 'https://example.com/compared',
      properties: { tenant: 'north' },
      errorsEmail: 'ops@example.com',
    });
    const { [dialect]: view } = await pipeline.client.webhooks.views(id);
    const [method = '', path = ''] = view?.call.split(' ') ?? [];
    const call = createDialectCaller(pipeline, authorizations[dialect]!);
    const answer = await call(method, path, method === 'GET' ? undefined : {});
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')?.split(';')[0]).toBe(view?.mediaType);
    const { secret } = await pipeline.client.webhooks.secret(id);
    expect(view?.body).toEqual(JSON.parse(answer.text.replace(secret ?? '', '[redacted]')));
    await pipeline.client.webhooks.delete(id);
  });
});
