import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { encodeId } from '@posthorn/contracts';
import { claimNotices } from '@posthorn/database';
import { createLatch, waitUntil } from '@posthorn/testing';
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
