import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadDeliverableWebhooks } from '@posthorn/database';
import { startTestApi, type TestApi } from './testing/start-test-api.ts';

let api: TestApi;
let token: string;

beforeAll(async () => {
  api = await startTestApi();
  ({ token } = await api.account('manage'));
});
afterAll(() => api.close());

const rotate = (id: number, body?: unknown) => api.call('POST', `/v1/webhooks/${id}/secret/rotate`, { token, body });
const secrets = async (id: number) => (await api.call('GET', `/v1/webhooks/${id}/secret`, { token })).body;
const loaded = async (id: number) => (await loadDeliverableWebhooks(api.database, api.encryption, [id])).get(id);

describe('rotating a secret', () => {
  it('makes a new one that signs first, while the old one signs for a day more', async () => {
    const { id } = await api.webhook(token, { secret: 'first-secret' });
    const before = Date.now();
    const { status, body } = await rotate(id);
    expect(status).toBe(200);
    expect(body.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(body.previous).toEqual([{ secret: 'first-secret', expires: expect.any(String) }]);
    const overlapMs = Date.parse(body.previous[0].expires) - before;
    expect(overlapMs).toBeGreaterThanOrEqual(86_400_000);
    expect(overlapMs).toBeLessThan(86_400_000 + 60_000);
    expect(await secrets(id)).toEqual(body);
    const webhook = await loaded(id);
    expect(webhook?.secrets).toEqual([body.secret, 'first-secret']);
    expect(webhook?.freshUntil?.toISOString()).toBe(body.previous[0].expires);
    expect(webhook?.version).toBe(2);
  });

  it('takes a secret of the caller and an overlap of their choice', async () => {
    const { id } = await api.webhook(token, { secret: 'first-secret' });
    await rotate(id, { secret: 'second-secret', overlapSeconds: 60 });
    expect((await loaded(id))?.secrets).toEqual(['second-secret', 'first-secret']);
  });

  it('with an overlap of 0 leaves the new one alone, older ones end too', async () => {
    const { id } = await api.webhook(token, { secret: 'first-secret' });
    await rotate(id, { secret: 'second-secret' });
    const { body } = await rotate(id, { secret: 'third-secret', overlapSeconds: 0 });
    expect(body).toEqual({ secret: 'third-secret', previous: [] });
    expect(await loaded(id)).toMatchObject({ secrets: ['third-secret'], freshUntil: null });
    expect(await api.database.prisma.webhookSecret.count({ where: { webhookId: id } })).toBe(1);
  });

  it('lets no older secret outlive a newer one', async () => {
    const { id } = await api.webhook(token, { secret: 'first-secret' });
    await rotate(id, { secret: 'second-secret', overlapSeconds: 86_400 });
    const { body } = await rotate(id, { secret: 'third-secret', overlapSeconds: 60 });
    expect(body.previous.map((old: { secret: string }) => old.secret)).toEqual(['second-secret', 'first-secret']);
    expect(new Set(body.previous.map((old: { expires: string }) => old.expires)).size).toBe(1);
  });

  it('drops secrets past their overlap from what signs and what is shown', async () => {
    const { id } = await api.webhook(token, { secret: 'first-secret' });
    await rotate(id, { secret: 'second-secret' });
    await api.database.prisma.webhookSecret.updateMany({
      where: { webhookId: id, NOT: { expires: null } },
      data: { expires: new Date(Date.now() - 1) },
    });
    expect(await secrets(id)).toEqual({ secret: 'second-secret', previous: [] });
    expect((await loaded(id))?.secrets).toEqual(['second-secret']);
  });

  it('keeps five that sign and drops the oldest beyond, rather than refuse a rotation', async () => {
    const { id } = await api.webhook(token, { secret: 'secret-1' });
    for (let n = 2; n <= 7; n += 1) expect((await rotate(id, { secret: `secret-${n}` })).status).toBe(200);
    const { secret, previous } = await secrets(id);
    expect([secret, ...previous.map((old: { secret: string }) => old.secret)]).toEqual([
      'secret-7',
      'secret-6',
      'secret-5',
      'secret-4',
      'secret-3',
    ]);
  });

  it('goes back to a secret that still signs, without signing twice with it', async () => {
    const { id } = await api.webhook(token, { secret: 'first-secret' });
    await rotate(id, { secret: 'second-secret' });
    await rotate(id, { secret: 'first-secret' });
    expect((await loaded(id))?.secrets).toEqual(['first-secret', 'second-secret']);
  });

  it('done twice at the same time keeps one current secret and both others', async () => {
    const { id } = await api.webhook(token, { secret: 'first-secret' });
    const answers = await Promise.all([
      rotate(id, { secret: 'second-secret' }),
      rotate(id, { secret: 'other-secret' }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const all = await loaded(id);
    expect(all?.secrets.toSorted()).toEqual(['first-secret', 'other-secret', 'second-secret']);
    expect(all?.version).toBe(3);
    expect(await api.database.prisma.webhookSecret.count({ where: { webhookId: id, expires: null } })).toBe(1);
  });

  it.each<[unknown, string, string]>([
    [{ secret: 'first-secret' }, '/secret', 'secret.same'],
    [{ secret: 'whsec_short' }, '/secret', 'secret.whsec'],
    [{ secret: 'nul\0nul' }, '/secret', 'string.nul'],
    [{ overlapSeconds: -1 }, '/overlapSeconds', 'number.min'],
    [{ overlapSeconds: 3_000_000 }, '/overlapSeconds', 'number.max'],
    [{ overlapSeconds: '60' }, '/overlapSeconds', 'number.base'],
    [{ overlap: 60 }, '/overlap', 'object.unknown'],
    [[], '', 'object.base'],
  ])('refuses %j and changes nothing', async (body, path, code) => {
    const { id } = await api.webhook(token, { secret: 'first-secret' });
    const answer = await rotate(id, body);
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toEqual([expect.objectContaining({ path, code })]);
    expect(await loaded(id)).toMatchObject({ secrets: ['first-secret'], version: 1 });
  });
});
