import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { encodeId } from '@posthorn/contracts';
import { claimNotices } from '@posthorn/database';
import { createLatch, startMailbox, waitUntil } from '@posthorn/testing';
import { createNotifierKit, type NotifierKit } from './testing/notifier-kit.ts';
import type { MailTransport } from './transport.ts';

let kit: NotifierKit;

beforeEach(async () => {
  kit = await createNotifierKit();
});

afterEach(() => kit.close());

describe('a notice that is owed', () => {
  test('becomes one mail that says what happened, and one line in the log', async () => {
    const id = await kit.createNotice();
    const notifier = await kit.start();
    const [mail] = await kit.mailbox.waitFor(1);
    await kit.markedSent(id);
    await notifier.stop();
    expect(kit.mailbox.mails).toHaveLength(1);
    expect(mail).toMatchObject({ from: 'posthorn@hooks.example', to: ['ops@receiver.example'] });
    expect(mail?.message.messageId).toBe(`<${encodeId('notice', id)}@posthorn>`);
    expect(mail?.message.subject).toMatch(
      /^\[Posthorn\] Webhook "Sale Won Notification" \(\d+\) was switched off: too many errors$/,
    );
    for (const part of [mail?.message.text, mail?.message.html]) {
      for (const said of ['20 attempts in a row', 'https://receiver.example/hook', 'out of order', 'curl -X PATCH'])
        expect(part).toContain(said);
    }
    expect(kit.log.of('notice.sent').items).toEqual([
      expect.objectContaining({
        level: 'info',
        noticeId: encodeId('notice', id),
        accountId: 1,
        kind: 'too_many_errors',
        recipientDomain: 'receiver.example',
        try: 1,
        recorded: true,
      }),
    ]);
    expect(JSON.stringify(kit.log.of('notice.sent').items)).not.toContain('ops@');
  });

  test('for a receiver that is gone says so', async () => {
    await kit.createNotice({ kind: 'gone', facts: { consecutiveErrors: 1 } });
    await kit.start();
    const [mail] = await kit.mailbox.waitFor(1);
    expect(mail?.message.subject).toContain('the receiver answered 410 Gone');
    expect(mail?.message.text).toContain('410 Gone');
  });

  test('with a name that holds line breaks adds no header', async () => {
    await kit.createNotice({ facts: { webhookName: 'x\r\nBcc: thief@evil.example\r\n\r\nÜbung 😀' } });
    await kit.start();
    const [mail] = await kit.mailbox.waitFor(1);
    expect(mail?.to).toEqual(['ops@receiver.example']);
    expect(mail?.message.headers.map(({ key }) => key)).not.toContain('bcc');
    expect(mail?.message.subject).toContain('"x Bcc: thief@evil.example Übung 😀"');
  });

  test('is sent by one of two notifiers: 50 notices are 50 mails', async () => {
    const ids = await Promise.all(Array.from({ length: 50 }, () => kit.createNotice()));
    const notifiers = await Promise.all([kit.start(), kit.start({ database: kit.connect() })]);
    await kit.mailbox.waitFor(50);
    await waitUntil('all notices are marked', async () => (await kit.unsentCount()) === 0);
    await Promise.all(notifiers.map((notifier) => notifier.stop()));
    const messageIds = kit.mailbox.mails.map(({ message }) => message.messageId);
    expect(messageIds.toSorted()).toEqual(ids.map((id) => `<${encodeId('notice', id)}@posthorn>`).toSorted());
  });

  test('whose notifier died after its claim is sent by another after the lease, as the second try', async () => {
    const id = await kit.createNotice();
    // All that a dead process leaves behind.
    await claimNotices(kit.database, { limit: 5, leaseSeconds: 1 });
    expect(await kit.unsentCount()).toBe(1);
    await kit.start();
    await kit.mailbox.waitFor(1);
    await kit.markedSent(id);
    expect((await kit.readNotice(id)).tries).toBe(2);
    expect(kit.mailbox.mails).toHaveLength(1);
  });

  test('whose row cannot be written yet holds no other one up, and is written once', async () => {
    kit.mailbox.thenDo('hang');
    const id = await kit.createNotice();
    await kit.start();
    await kit.mailbox.waitFor(1);
    const locked = createLatch<string>('the row is locked');
    const go = createLatch<string>('the row is released');
    const lock = kit.database.prisma.$transaction(
      async (tx) => {
        await tx.$queryRaw`SELECT id FROM notices WHERE id = ${id}::uuid FOR UPDATE`;
        locked.push('yes');
        await go.waitFor(1);
      },
      { timeout: 20_000 },
    );
    await locked.waitFor(1);
    kit.mailbox.thenDo('answer');
    kit.mailbox.answerAll();
    await waitUntil('its write waits for the lock', async () => (await kit.waitingWrites()) === 1);
    const other = await kit.createNotice();
    await kit.markedSent(other);
    expect(await kit.waitingWrites()).toBe(1);
    go.push('yes');
    await lock;
    await kit.markedSent(id);
    expect(kit.mailbox.mails).toHaveLength(2);
  });

  test('that cannot be rendered is our fault, and holds no other one up', async () => {
    await kit.createNotice({ facts: { events: null as unknown as string[] } });
    const id = await kit.createNotice();
    await kit.start();
    await kit.markedSent(id);
    const [line] = await kit.log.of('notice.broken').waitFor(1);
    expect(line).toMatchObject({ level: 'error', try: 1, nextTry: expect.any(String) });
    expect(kit.mailbox.mails).toHaveLength(1);
  });
});

describe('while the mail server', () => {
  test('asks to come back, the notice stays owed; then it is one mail, and the tries are counted', async () => {
    const id = await kit.createNotice();
    kit.mailbox.refuse(true);
    await kit.start();
    for (const tries of [1, 2, 3]) {
      await kit.log.of('notice.deferred').waitFor(tries);
      if (tries === 3) kit.mailbox.refuse(false);
      await kit.makeDue(tries);
    }
    await kit.mailbox.waitFor(1);
    await kit.markedSent(id);
    expect(kit.mailbox.mails).toHaveLength(1);
    expect(await kit.readNotice(id)).toMatchObject({
      tries: 4,
      lastError: expect.stringContaining('451 try again later'),
    });
    const waits = kit.log
      .of('notice.deferred')
      .items.map((line) => Date.parse(String(line['nextTry'])) - Date.parse(String(line['time'])));
    for (const [n, waitMs] of waits.entries()) {
      expect(waitMs).toBeGreaterThan(700 * 2 ** n);
      expect(waitMs).toBeLessThan(1100 * 2 ** n);
    }
    expect(kit.log.of('notice.deferred').items[0]).toMatchObject({
      level: 'warn',
      try: 1,
      refused: false,
      reason: expect.stringContaining('451'),
    });
  });

  test('is down, the notice waits for it; then it is one mail', async () => {
    const { port } = kit.mailbox;
    await kit.mailbox.close();
    const id = await kit.createNotice();
    await kit.start();
    const [line] = await kit.log.of('notice.deferred').waitFor(1);
    expect(line).toMatchObject({
      reason: expect.stringContaining('ECONNREFUSED'),
      recipientDomain: 'receiver.example',
    });
    kit.mailbox = await startMailbox(port);
    await kit.mailbox.waitFor(1);
    await kit.markedSent(id);
    expect(kit.mailbox.mails).toHaveLength(1);
  });

  test('has the whole mail and cuts the connection, it is not sent again at once, and then as the same mail', async () => {
    kit.mailbox.thenDo('cut');
    const id = await kit.createNotice();
    await kit.start();
    const [line] = await kit.log.of('notice.unanswered').waitFor(1);
    const messageId = `<${encodeId('notice', id)}@posthorn>`;
    expect(line).toMatchObject({ level: 'warn', messageId, try: 1 });
    const row = await kit.readNotice(id);
    expect(row.sent).toBeNull();
    expect(row.sendAfter.getTime() - Date.now()).toBeGreaterThan(200_000);
    kit.mailbox.thenDo('answer');
    await kit.makeDue(1);
    await kit.markedSent(id);
    expect(kit.mailbox.mails.map(({ message }) => message.messageId)).toEqual([messageId, messageId]);
  });

  test('takes long over one mail, the others leave meanwhile; a stop waits for it', async () => {
    kit.mailbox.thenDo('hang');
    await kit.createNotice();
    const notifier = await kit.start();
    await kit.mailbox.waitFor(1);
    kit.mailbox.thenDo('answer');
    const ids = await Promise.all([1, 2, 3].map(() => kit.createNotice()));
    for (const id of ids) await kit.markedSent(id);
    expect(kit.log.of('notice.unanswered').items).toEqual([]);
    const stopped = notifier.stop();
    // The server goes away and says so, which is an answer: it has not taken the mail.
    await kit.mailbox.close();
    await stopped;
    expect(kit.log.of('notice.deferred').items).toEqual([
      expect.objectContaining({ reason: expect.stringContaining('421'), try: 1 }),
    ]);
    expect(kit.mailbox.mails).toHaveLength(4);
  });

  test('refuses the recipient for good, it is asked hourly; after a day the notice is given up and an operator told', async () => {
    kit.mailbox.refuse(true, 550);
    const young = await kit.createNotice();
    await kit.start();
    const [deferred] = await kit.log.of('notice.deferred').waitFor(1);
    expect(deferred).toMatchObject({ level: 'warn', refused: true });
    expect((await kit.readNotice(young)).sendAfter.getTime() - Date.now()).toBeGreaterThan(3_500_000);

    const old = await kit.createNotice({ created: new Date(Date.now() - 25 * 3_600_000) });
    const [givenUp] = await kit.log.of('notice.given_up').waitFor(1);
    expect(givenUp).toMatchObject({
      level: 'error',
      noticeId: encodeId('notice', old),
      reason: expect.stringContaining('550'),
      hint: expect.stringContaining('MAIL_FROM'),
    });
    expect(await kit.readNotice(old)).toMatchObject({
      sent: null,
      lastError: expect.stringContaining('550 no such mailbox'),
    });
    expect((await kit.readNotice(old)).sendAfter.getUTCFullYear()).toBe(9999);
    expect(kit.mailbox.mails).toHaveLength(0);
  });
});

describe('stopping', () => {
  test('waits for the mail in flight and for its row, and takes no new notice', async () => {
    const inFlight = createLatch<() => void>('mails in flight');
    const real = kit.smtp();
    const transport: MailTransport = {
      ...real,
      send: async (mail, signal) => {
        await new Promise<void>((resolve) => inFlight.push(resolve));
        return real.send(mail, signal);
      },
    };
    const first = await kit.createNotice();
    const notifier = await kit.start({ transport });
    await inFlight.waitFor(1);
    const stopped = notifier.stop();
    const second = await kit.createNotice();
    inFlight.items[0]?.();
    await stopped;
    expect(kit.mailbox.mails).toHaveLength(1);
    expect((await kit.readNotice(first)).sent).not.toBeNull();
    expect(await kit.readNotice(second)).toMatchObject({ sent: null, tries: 0 });
  });

  test('an idle notifier stops at once, whatever its interval', async () => {
    const notifier = await kit.start({ intervalMs: 60_000 });
    await kit.log.of('notifier.started').waitFor(1);
    const startedMs = performance.now();
    await notifier.stop();
    expect(performance.now() - startedMs).toBeLessThan(5000);
  });
});

test('a sender without an address is refused at the start, not by silence later', async () => {
  await expect(kit.start({ from: 'Posthorn' })).rejects.toThrow('MAIL_FROM');
});
