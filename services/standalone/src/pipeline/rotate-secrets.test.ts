import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { verifyWebhook } from '@posthorn/client';
import { rotateSecrets } from '@posthorn/database';
import { type Receiver, startReceiver } from '@posthorn/testing';
import { contactEvent, startTestPipeline, type TestPipeline, webhookTo } from '../testing/start-test-pipeline.ts';

const [k1, k2] = ['k1', 'k2'].map((id) => `${id}:${randomBytes(32).toString('base64')}`);
const WEBHOOKS = 8;
const ROUNDS = 9;

let pipeline: TestPipeline;
let receiver: Receiver;

beforeAll(async () => {
  // Between the two rolls of a rotation: a process that still seals with the old key, and reads what the new one seals.
  pipeline = await startTestPipeline({ POSTHORN_ENCRYPTION_KEYS: `${k1},${k2}` });
  receiver = await startReceiver();
});
afterAll(async () => {
  await pipeline.close();
  await receiver.close();
});

const rotate = async (): Promise<string> => {
  const lines: string[] = [];
  const settings = { databaseUrl: pipeline.env['DATABASE_URL'] ?? '', keys: `${k2},${k1}` };
  await rotateSecrets(settings, (line) => lines.push(line));
  return lines.join('\n');
};

describe('rotating the secrets under load', () => {
  test('breaks no delivery: each arrives once, signed with its secret, while webhooks change', async () => {
    const { webhooks, events } = pipeline.client;
    const secrets = new Map<string, string>();
    const ids: number[] = [];
    for (let nth = 0; nth < WEBHOOKS; nth += 1) {
      const headers = { 'x-nth': String(nth) };
      const { id } = await webhooks.create(webhookTo(`${receiver.url}/${nth}`, { headers }));
      secrets.set(`/${nth}`, (await webhooks.secret(id)).secret ?? '');
      ids.push(id);
    }
    const rotations: Promise<string>[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      await events.publish(contactEvent(round));
      // A change makes the workers read the webhook anew, whichever key it is sealed with by now.
      await webhooks.update(ids[round % WEBHOOKS] ?? 0, { name: `round ${round}` });
      if (round % 3 === 1) rotations.push(rotate());
    }
    const texts = await Promise.all(rotations);
    expect(texts.join('\n')).not.toContain('could not be read');
    expect(await rotate()).toContain('Nothing is sealed with k1 any more.');
    await events.publish(contactEvent(ROUNDS));

    const requests = await receiver.waitFor(WEBHOOKS * (ROUNDS + 1), 90_000);
    expect(new Set(requests.map(({ headers }) => headers['webhook-id'])).size).toBe(WEBHOOKS * (ROUNDS + 1));
    for (const { path, headers, body } of requests) {
      expect(headers['x-nth']).toBe(path.slice(1));
      expect(() => verifyWebhook(body, headers, secrets.get(path) ?? '')).not.toThrow();
    }
    const failed = pipeline.logLines().filter(({ message }) => message === 'job.failed');
    expect(failed).toEqual([]);
  }, 120_000);
});
