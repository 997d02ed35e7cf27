import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createPosthornClient } from '@posthorn/client';
import { type Gate, type Mailbox, startGate, startMailbox, waitUntil } from '@posthorn/testing';
import { now } from '../testing/clock.ts';
import { reportRow } from '../testing/report-row.ts';
import { type FaultSystem, startFaultSystem } from '../testing/start-fault-system.ts';
import { QUEUE_BACKENDS } from '../testing/start-redis-places.ts';

/** Webhooks that are switched off in each fault: each owes one mail. */
const WEBHOOKS = 3;

let mailbox: Mailbox;
let gate: Gate;
let system: FaultSystem;
let switchedOff = 0;

beforeAll(async () => {
  mailbox = await startMailbox();
  gate = await startGate({ host: '127.0.0.1', port: mailbox.port });
  const [[backend, startPlace]] = QUEUE_BACKENDS as [(typeof QUEUE_BACKENDS)[number]];
  system = await startFaultSystem({
    backend,
    startPlace,
    replicas: { notifier: 2 },
    env: { SMTP_URL: gate.through(mailbox.url), NOTIFIER_INTERVAL_MS: '200' },
  });
}, 120_000);

afterAll(async () => {
  await system?.close();
  gate?.close();
  await mailbox?.close();
}, 60_000);

/** Switches webhooks off by failures. @returns the addresses that are owed a mail for it. */
const switchOff = async (count = WEBHOOKS): Promise<string[]> => {
  const { deployment } = system;
  const urlOf = (name: 'api' | 'ingest'): string => `http://127.0.0.1:${deployment.of(name)[0]?.port}`;
  const { webhooks, events } = createPosthornClient({
    baseUrl: urlOf('api'),
    ingestUrl: urlOf('ingest'),
    token: deployment.token,
  });
  return Promise.all(
    Array.from({ length: count }, async () => {
      const id = (switchedOff += 1);
      const errorsEmail = `owner-${id}@receiver.example`;
      await webhooks.create({
        name: `broken ${id}`,
        events: [`broken.${id}`],
        // Nothing listens on the port of discarding services.
        targetUrl: 'http://127.0.0.1:9/',
        errorsEmail,
        retry: { delaysSeconds: [], jitter: 0 },
        tooManyErrors: { count: 1, forSeconds: 0 },
      });
      await events.publish({ type: `broken.${id}`, data: {} });
      return errorsEmail;
    }),
  );
};

const mailsTo = (addresses: readonly string[]) => mailbox.mails.filter(({ to }) => addresses.includes(to[0] ?? ''));

/** Waits for so many lines of the notifiers about their tries, from now on. */
const told = (message: string, { count = 1, reason = /./ } = {}) => {
  const lines = () =>
    system.deployment
      .of('notifier')
      .flatMap(({ lines: all }) => all.filter((line) => line['message'] === message))
      .filter((line) => reason.test(String(line['reason'])));
  const before = lines().length;
  return () =>
    waitUntil(`${message}, ${count} times`, () => lines().length >= before + count && lines().slice(before), {
      timeoutMs: 60_000,
    });
};

/** In place of waiting for minutes: every notice that waits for its next try is due now. */
const makeDue = () => system.database.prisma.$executeRaw`UPDATE notices SET send_after = now() WHERE sent IS NULL`;

/** Every notice is marked as sent, every address has got its mail, and so many came twice. */
const judge = async (fault: string, addresses: readonly string[], { allowed = 0 } = {}): Promise<void> => {
  const endedAtMs = now();
  const unsent = () =>
    system.database.prisma.notice.count({ where: { sent: null, recipient: { in: [...addresses] } } });
  await waitUntil('no notice is owed', async () => (await unsent()) === 0, { timeoutMs: 90_000 });
  const mails = mailsTo(addresses);
  const different = new Set(mails.map(({ message }) => message.messageId));
  const duplicates = mails.length - different.size;
  reportRow({
    fault,
    queues: 'mails',
    accepted: addresses.length,
    delivered: different.size,
    lost: addresses.length - different.size,
    duplicates,
    allowed,
    'first new, s': '–',
    'last owed, s': Math.round((now() - endedAtMs) / 100) / 10,
  });
  expect(new Set(mails.map(({ to }) => to[0]))).toEqual(new Set(addresses));
  expect(different.size).toBe(addresses.length);
  expect(duplicates).toBe(allowed);
};

afterEach(() => {
  mailbox.refuse(false);
  mailbox.thenDo('answer');
});

describe('a mail server', () => {
  test('is away: one mail for each webhook that was switched off, once it is back', async () => {
    const deferred = told('notice.deferred', { count: WEBHOOKS });
    gate.shut();
    const owed = await switchOff();
    await deferred();
    await gate.open();
    await judge('mail server away', owed);
  }, 120_000);

  test('takes connections and says nothing: likewise', async () => {
    const deferred = told('notice.deferred');
    gate.freeze();
    const owed = await switchOff();
    await deferred();
    gate.thaw();
    await judge('mail server silent', owed);
  }, 120_000);

  test('refuses every mail for now (451): likewise', async () => {
    const deferred = told('notice.deferred', { count: WEBHOOKS });
    mailbox.refuse(true, 451);
    const owed = await switchOff();
    await deferred();
    mailbox.refuse(false);
    await judge('mail server refuses (451)', owed);
  }, 120_000);

  test('refuses one recipient (550): the others get theirs at once, and that one its own when it is let in', async () => {
    const refused = `owner-${switchedOff + 1}@receiver.example`;
    mailbox.refuseRecipient(refused, 550);
    const deferred = told('notice.deferred', { reason: /550/ });
    const owed = await switchOff();
    expect(owed).toContain(refused);
    const [line] = await deferred();
    expect(line).toMatchObject({ refused: true });
    await waitUntil('the others have theirs', () => mailsTo(owed).length === WEBHOOKS - 1);
    mailbox.refuseRecipient(refused, null);
    await makeDue();
    await judge('mail server refuses one recipient (550)', owed);
  }, 120_000);

  test('takes 25 s to answer for a mail that it has: one mail', async () => {
    mailbox.thenDo('hang');
    const owed = await switchOff(1);
    await waitUntil('it has the mail', () => mailsTo(owed).length === 1);
    await pause(25_000);
    mailbox.answerAll();
    await judge('mail server answers after 25 s', owed);
  }, 120_000);

  test('has the whole mail and cuts the connection: not sent again at once, and then as the same mail', async () => {
    const unanswered = told('notice.unanswered', { count: WEBHOOKS });
    mailbox.thenDo('cut');
    const owed = await switchOff();
    const lines = await unanswered();
    const waits = lines.map((line) => Date.parse(String(line['nextTry'])) - Date.parse(String(line['time'])));
    expect(waits.every((ms) => ms > 200_000)).toBe(true);
    mailbox.thenDo('answer');
    await makeDue();
    // Nobody can tell whether such a mail has arrived: this is the one case of two, with one Message-ID.
    await judge('mail server has the mail, answer lost', owed, { allowed: WEBHOOKS });
  }, 120_000);
});
