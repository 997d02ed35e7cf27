import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createPosthornClient } from '@posthorn/client';
import { waitUntil } from '@posthorn/testing';
import { startTestPipeline, type TestPipeline } from '../testing/start-test-pipeline.ts';

let pipeline: TestPipeline;

beforeAll(async () => {
  pipeline = await startTestPipeline({ CONSOLE: 'off' });
});
afterAll(() => pipeline.close());

test('a server that runs has nothing to mend, and says where its parts are', async () => {
  const admin = createPosthornClient({ baseUrl: pipeline.url, token: pipeline.adminToken });
  // The scheduler has just started.
  const { ok, checks } = await waitUntil('everything is well', async () => {
    const view = await admin.diagnosis();
    return view.checks.every(({ status }) => status === 'ok') ? view : undefined;
  });
  expect(ok).toBe(true);
  const messages = Object.fromEntries(checks.map(({ name, message }) => [name, message]));
  expect(messages).toMatchObject({
    database: expect.stringMatching(/^PostgreSQL \d/),
    workers: '1 worker(s) are alive.',
    smtp: expect.stringMatching(/^Mails can leave: files in .*mail\. No notice is owed\.$/),
    ingest: 'This process takes events itself.',
    addresses: expect.stringContaining('127.0.0.0/8'),
    secrets: 'Everything that is sealed is sealed with the key "k1".',
  });
  expect(Object.values(messages).join(' ')).not.toContain(pipeline.adminToken);
});

test('the token of an account sees none of it', async () => {
  await expect(pipeline.client.diagnosis()).rejects.toMatchObject({ status: 403, code: 'forbidden' });
});
