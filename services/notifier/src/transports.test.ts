import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createLatch, type Mailbox, startMailbox } from '@posthorn/testing';
import type { NodemailerError } from 'nodemailer';
import PostalMime from 'postal-mime';
import { createMailCheck } from './check-mail.ts';
import { judgeSmtpError } from './create-smtp-transport.ts';
import { createTransport } from './create-transport.ts';
import type { Mail, MailTransport } from './transport.ts';

const mail: Mail = {
  noticeId: 'ntc_01m7ybsx2deefachh7jhbd6j5q',
  messageId: '<ntc_01m7ybsx2deefachh7jhbd6j5q@posthorn>',
  from: 'Posthorn <posthorn@hooks.example>',
  to: 'ops@receiver.example',
  subject: '[Posthorn] Webhook "Übung 😀" (2) was switched off: too many errors',
  text: 'Größe <b>\n.\nthe line before is a single dot\n',
  html: '<p>Größe &lt;b&gt;</p>',
};

const never = new AbortController().signal;

describe('mails over SMTP', () => {
  let mailbox: Mailbox;
  let transport: MailTransport;

  beforeEach(async () => {
    mailbox = await startMailbox();
    transport = createTransport({ smtpUrl: mailbox.url, mailDir: '/nowhere' });
  });

  afterEach(async () => {
    transport.close();
    await mailbox.close();
  });

  test('arrive whole, under the Message-ID of their notice, and ask programs not to answer', async () => {
    expect(await transport.send(mail, never)).toMatchObject({ kind: 'accepted' });
    const [received] = await mailbox.waitFor(1);
    expect(received).toMatchObject({ from: 'posthorn@hooks.example', to: ['ops@receiver.example'] });
    expect(received?.message).toMatchObject({ subject: mail.subject, messageId: mail.messageId });
    expect(received?.message.text?.trim()).toBe(mail.text.trim());
    expect(received?.message.html?.trim()).toBe(mail.html);
    expect(received?.message.headers).toContainEqual(
      expect.objectContaining({ key: 'auto-submitted', value: 'auto-generated' }),
    );
  });

  test.each([
    ['the subject', { subject: 'x\r\nBcc: thief@evil.example\r\n\r\n<h1>mine</h1>' }],
    ['the recipient', { to: 'ops@receiver.example\r\nBcc: thief@evil.example' }],
    ['the recipient, as a list', { to: 'ops@receiver.example, thief@evil.example' }],
    ['the recipient, as a name', { to: '"thief@evil.example" <ops@receiver.example>' }],
  ])('a line break or an address smuggled into %s adds no header and no recipient', async (_where, change) => {
    await transport.send({ ...mail, ...change }, never);
    await transport.send(mail, never);
    await mailbox.waitFor(1);
    for (const received of mailbox.mails) {
      expect(received.to).not.toContain('thief@evil.example');
      expect(received.to).toHaveLength(1);
      expect(received.message.bcc ?? []).toEqual([]);
      expect(received.message.headers.map(({ key }) => key)).not.toContain('bcc');
      expect(received.message.text?.trim()).toBe(mail.text.trim());
    }
  });

  test('a refusal is a value: for now, or for good', async () => {
    mailbox.refuse(true);
    expect(await transport.send(mail, never)).toEqual({
      kind: 'deferred',
      reason: expect.stringContaining('451 try again later'),
    });
    mailbox.refuse(true, 550);
    expect(await transport.send(mail, never)).toEqual({
      kind: 'refused',
      reason: expect.stringContaining('550 no such mailbox'),
    });
    expect(mailbox.mails).toHaveLength(0);
  });

  test('a mail that is given up by its deadline counts as deferred', async () => {
    expect(await transport.send(mail, AbortSignal.abort())).toMatchObject({ kind: 'deferred' });
    expect(mailbox.mails).toHaveLength(0);
  });

  test('the check tells whether the server answers, and heals with it', async () => {
    await expect(transport.verify()).resolves.toBeUndefined();
    const { port } = mailbox;
    transport.close();
    await mailbox.close();
    const other = createTransport({ smtpUrl: `smtp://127.0.0.1:${port}`, mailDir: '/nowhere' });
    await expect(other.verify()).rejects.toThrow('ECONNREFUSED');
    expect(await other.send(mail, never)).toMatchObject({
      kind: 'deferred',
      reason: expect.stringContaining('ECONNREFUSED'),
    });
    mailbox = await startMailbox(port);
    await expect(other.verify()).resolves.toBeUndefined();
    other.close();
  });

  test('what is logged of the server holds no password', () => {
    const { target, close } = createTransport({ smtpUrl: 'smtps://me:s3cret@mail.example:465', mailDir: '/nowhere' });
    close();
    expect(target).toBe('smtps://mail.example:465');
  });
});

describe('what an SMTP error means for the mail', () => {
  const error = (fields: Partial<NodemailerError>): NodemailerError =>
    Object.assign(new Error(fields.message ?? 'failed'), fields);
  test.each<[string, Partial<NodemailerError>, 'refused' | 'deferred']>([
    ['no such mailbox', { code: 'EENVELOPE', command: 'RCPT TO', responseCode: 550, permanent: true }, 'refused'],
    ['content refused', { code: 'EMESSAGE', command: 'DATA', responseCode: 554, permanent: true }, 'refused'],
    [
      'an address that cannot be written',
      { code: 'EENVELOPE', command: 'API', message: 'No recipients defined' },
      'refused',
    ],
    ['greylisted', { code: 'EENVELOPE', command: 'RCPT TO', responseCode: 450, permanent: false }, 'deferred'],
    ['our login refused', { code: 'EAUTH', command: 'AUTH PLAIN', responseCode: 535, permanent: true }, 'deferred'],
    ['our sender refused', { code: 'EENVELOPE', command: 'MAIL FROM', responseCode: 553, permanent: true }, 'deferred'],
    ['our sender not writable', { code: 'EENVELOPE', command: 'API', message: 'Invalid sender "x"' }, 'deferred'],
    ['our connection refused', { code: 'EPROTOCOL', command: 'CONN', responseCode: 554, permanent: true }, 'deferred'],
    ['connection closed', { code: 'ECONNECTION', command: 'DATA' }, 'deferred'],
    ['timeout', { code: 'ETIMEDOUT', command: 'CONN' }, 'deferred'],
  ])('%s', (_what, fields, kind) => {
    expect(judgeSmtpError(error(fields), fields.code === 'EMESSAGE').kind).toBe(kind);
  });

  test.each<[string, Partial<NodemailerError>]>([
    ['the connection is cut', { code: 'ECONNECTION', command: 'CONN' }],
    ['time is over', { code: 'ETIMEDOUT', command: 'CONN' }],
    ['we give up', { code: 'EABORT', name: 'AbortError' }],
  ])('%s when the server has the whole mail: nobody knows what became of it', (_what, fields) => {
    expect(judgeSmtpError(error(fields), true).kind).toBe('unanswered');
    expect(judgeSmtpError(error(fields), false).kind).toBe('deferred');
  });
});

describe('mails as files', () => {
  let parent: string;
  let mailDir: string;

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'posthorn-mail-'));
    mailDir = join(parent, 'mail');
  });

  afterEach(() => rm(parent, { recursive: true, force: true }));

  test('are whole messages that a mail program opens, one for each notice, and nothing else', async () => {
    const transport = createTransport({ mailDir });
    expect(await transport.send(mail, never)).toMatchObject({ kind: 'accepted' });
    expect(await readdir(mailDir)).toEqual([`${mail.noticeId}.eml`]);
    const message = await PostalMime.parse(await readFile(join(mailDir, `${mail.noticeId}.eml`)));
    expect(message).toMatchObject({ subject: mail.subject, messageId: mail.messageId, to: [{ address: mail.to }] });
    expect(message.text?.trim()).toBe(mail.text.trim());
    expect(message.html?.trim()).toBe(mail.html);
  });

  test('a notice is written once', async () => {
    const path = join(mailDir, `${mail.noticeId}.eml`);
    const transport = createTransport({ mailDir });
    await transport.verify();
    await writeFile(path, 'read and kept by its owner');
    expect(await transport.send(mail, never)).toMatchObject({ kind: 'accepted' });
    expect(await readFile(path, 'utf8')).toBe('read and kept by its owner');
  });

  test('a folder that cannot be written to defers the mail', async () => {
    await writeFile(mailDir, 'a file in the way');
    const transport = createTransport({ mailDir });
    expect(await transport.send(mail, never)).toMatchObject({
      kind: 'deferred',
      reason: expect.stringContaining('mail'),
    });
    await expect(transport.verify()).rejects.toThrow('EEXIST');
    expect(await readdir(parent)).toEqual(['mail']);
  });
});

describe('the mail check of the health endpoints', () => {
  test('asks once for many probes, and passes on the reason', async () => {
    const asked = createLatch<() => void>('questions');
    const verify = () => new Promise<void>((_, reject) => asked.push(() => reject(new Error('connection refused'))));
    const check = createMailCheck({ target: '', send: () => Promise.reject(new Error()), verify, close() {} });
    const answers = Promise.allSettled([check(), check(), check()]);
    asked.items[0]?.();
    expect(await answers).toEqual(Array(3).fill({ status: 'rejected', reason: new Error('connection refused') }));
    await expect(check()).rejects.toThrow('connection refused');
    expect(asked.items).toHaveLength(1);
  });
});
