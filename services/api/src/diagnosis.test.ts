import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DiagnosisCheck, DiagnosisView } from '@posthorn/contracts';
import { HOUSEKEEPING_LEASE, keepFleet, newId, takeLease } from '@posthorn/database';
import { cutDatabase, type Receiver, startReceiver } from '@posthorn/testing';
import type { Installation } from './api-deps.ts';
import { insertDelivery, insertEvent } from './testing/insert-rows.ts';
import { ADMIN_TOKEN, startTestApi, type TestApi } from './testing/start-test-api.ts';

/** Stands for the proxy that is in front of the services. */
let proxy: Receiver;
let api: TestApi;
let mailFault: Error | null = null;

const installation: Installation = {
  queue: 'PostgreSQL',
  allowCidrs: ['10.20.0.0/16'],
  hasEgressProxy: true,
  mail: {
    target: 'smtp://mail.example.com',
    verify: () => (mailFault === null ? Promise.resolve() : Promise.reject(mailFault)),
  },
};

beforeAll(async () => {
  proxy = await startReceiver();
  api = await startTestApi({ publicUrl: proxy.url, installation });
});
afterAll(async () => {
  await api.close();
  await proxy.close();
});

/** What everything that is well has left behind. */
beforeEach(async () => {
  mailFault = null;
  proxy.answerWith((request, response) => {
    response.statusCode = request.method === 'POST' ? 401 : 200;
    response.end('{}');
  });
  await keepFleet(api.database, newId());
  await takeLease(api.database, { name: HOUSEKEEPING_LEASE, holder: newId(), seconds: 1200 });
});

const diagnose = async (on = api): Promise<DiagnosisView> => {
  const { status, body } = await on.call('GET', '/v1/diagnosis', { token: ADMIN_TOKEN });
  expect(status).toBe(200);
  return body;
};
const find = ({ checks }: DiagnosisView, name: string): DiagnosisCheck | undefined =>
  checks.find((check) => check.name === name);
const check = async (name: string): Promise<DiagnosisCheck | undefined> => find(await diagnose(), name);

describe('the diagnosis', () => {
  it('looks at every part, and has nothing to advise where all is well', async () => {
    const view = await diagnose();
    expect(view.checks.map(({ name, status, advice }) => [name, status, advice])).toEqual(
      [
        'database',
        'migrations',
        'clock',
        'queue',
        'scheduler',
        'workers',
        'deliveries',
        'smtp',
        'addresses',
        'ingest',
        'secrets',
        'console',
      ].map((name) => [name, 'ok', null]),
    );
    expect(view.ok).toBe(true);
    expect(find(view, 'database')?.message).toMatch(/^PostgreSQL \d+\.\d+.* answers in \d+\.\d ms/);
    expect(find(view, 'addresses')?.message).toContain('10.20.0.0/16, through the egress proxy');
  });

  it('names the queue that is away, and is not ok', async () => {
    api.setQueueAway(true);
    const view = await diagnose();
    api.setQueueAway(false);
    expect(view.ok).toBe(false);
    expect(find(view, 'queue')).toMatchObject({
      status: 'failed',
      message: 'the queue is away',
      advice: expect.stringContaining('REDIS_URL'),
    });
  });

  it('tells of workers that are gone', async () => {
    await api.database.prisma.worker.updateMany({ data: { seen: new Date(Date.now() - 600_000) } });
    expect(await check('workers')).toMatchObject({
      status: 'failed',
      message: 'No worker is alive; the last one was seen 10 min ago.',
      advice: expect.stringContaining('`worker`'),
    });
  });

  it('tells of a scheduler that does nothing, and of deliveries that are late for it', async () => {
    await api.database.prisma.lease.deleteMany();
    expect(await check('scheduler')).toMatchObject({ status: 'warning' });
    const { accountId, token } = await api.account('manage');
    const webhook = await api.webhook(token);
    const eventId = await insertEvent(api.database, { accountId });
    const dueAt = new Date(Date.now() - 3_600_000);
    const id = await insertDelivery(api.database, { eventId, accountId, webhookId: webhook.id, dueAt });
    const view = await diagnose();
    expect(find(view, 'scheduler')).toMatchObject({
      status: 'failed',
      message: 'No scheduler has looked at a delivery for 60 min that was due for it.',
    });
    expect(find(view, 'deliveries')).toMatchObject({ status: 'failed', message: expect.stringContaining('60 min') });
    await api.database.prisma.delivery.deleteMany({ where: { id } });
  });

  it('tells why mails do not leave, by the server and by the notices', async () => {
    mailFault = new Error('Invalid login: 535 5.7.8');
    expect(await check('smtp')).toMatchObject({
      status: 'failed',
      message: 'Mails cannot leave (smtp://mail.example.com): Invalid login: 535 5.7.8',
      advice: expect.stringContaining('SMTP_URL'),
    });
    mailFault = null;
    const notice = { accountId: 1, kind: 'too_many_errors', recipient: 'a@example.com', facts: {} };
    const { prisma } = api.database;
    await prisma.notice.create({
      data: { ...notice, id: newId(), created: new Date(Date.now() - 1_200_000), lastError: 'connect ECONNREFUSED' },
    });
    expect(await check('smtp')).toMatchObject({
      status: 'failed',
      message: '1 notice could not be sent for 20 min. The last error: connect ECONNREFUSED',
    });
    await prisma.notice.updateMany({ data: { sendAfter: new Date('9999-12-31Z') } });
    expect(await check('smtp')).toMatchObject({
      status: 'warning',
      message: '1 notice is given up. The last error: connect ECONNREFUSED',
    });
    await prisma.notice.deleteMany();
  });

  it('tells what a proxy in front does with events', async () => {
    proxy.answerWith({ status: 404 });
    const view = await diagnose();
    expect(find(view, 'ingest')).toMatchObject({ status: 'failed', advice: expect.stringContaining('`ingest`') });
    expect(find(view, 'addresses')).toMatchObject({ status: 'warning', message: expect.stringContaining('404') });
    proxy.answerWith({ status: 502 });
    expect(await check('ingest')).toMatchObject({
      status: 'failed',
      advice: expect.stringContaining('Start `ingest`'),
    });
  });

  it('tells of secrets whose key is not there, and of those that a rotation has left', async () => {
    const { token } = await api.account('manage');
    const { id } = await api.webhook(token);
    const { prisma } = api.database;
    const seal = (keyId: string) =>
      prisma.webhookSecret.updateMany({ where: { webhookId: id }, data: { secret: `1.${keyId}.AAAA` } });
    await seal('gone');
    expect(await check('secrets')).toMatchObject({
      status: 'failed',
      message: '1 secrets and headers are sealed with the key "gone", which is not here.',
    });
    await seal('k1');
    expect(await check('secrets')).toMatchObject({ status: 'ok' });
  });

  it('answers when PostgreSQL does not', async () => {
    const other = await startTestApi({ installation });
    const restore = await cutDatabase(other.databaseUrl);
    const view = await diagnose(other);
    await restore();
    expect(view.ok).toBe(false);
    for (const name of ['database', 'migrations', 'clock', 'scheduler', 'workers', 'deliveries', 'secrets']) {
      expect([name, find(view, name)?.status]).toEqual([name, 'failed']);
    }
    expect(find(view, 'queue')?.status).toBe('ok');
    expect((await diagnose(other)).checks.find(({ name }) => name === 'database')?.status).toBe('ok');
    await other.close();
  });
});

describe('what is wide open', () => {
  it('is a warning', async () => {
    const other = await startTestApi({
      installation: { ...installation, allowCidrs: ['0.0.0.0/0'], publishesHere: true },
    });
    try {
      const view = await diagnose(other);
      expect(find(view, 'addresses')).toMatchObject({
        status: 'warning',
        advice: expect.stringContaining('Narrow POSTHORN_ALLOW_CIDRS'),
      });
      expect(find(view, 'ingest')).toMatchObject({ status: 'ok' });
    } finally {
      await other.close();
    }
  });
});
