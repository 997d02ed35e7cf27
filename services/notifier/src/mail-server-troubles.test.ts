import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { encodeId } from '@posthorn/contracts';
import { startMailbox } from '@posthorn/testing';
import { createNotifierKit, type NotifierKit } from './testing/notifier-kit.ts';

let kit: NotifierKit;

beforeEach(async () => {
  kit = await createNotifierKit();
});

afterEach(() => kit.close());

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
