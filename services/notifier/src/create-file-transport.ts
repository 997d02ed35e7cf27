import { randomUUID } from 'node:crypto';
import { access, constants, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createTransport } from 'nodemailer';
import { toMessage } from './to-message.ts';
import type { Mail, MailTransport } from './transport.ts';

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/**
 * Mails as files `<notice id>.eml`, for installations without a mail server: every mail program opens them. A file
 * appears whole or not at all (written aside, then renamed), is on disk before the notice counts as sent, and is never
 * written a second time.
 */
export const createFileTransport = (mailDir: string): MailTransport => {
  const dir = resolve(mailDir);
  const composer = createTransport({
    streamTransport: true,
    buffer: true,
    newline: 'windows',
    disableFileAccess: true,
    disableUrlAccess: true,
  });

  const write = async (mail: Mail, path: string): Promise<void> => {
    const { message } = await composer.sendMail(toMessage(mail));
    // The folder may hold what the mails tell of customers' systems: it is the owner's alone.
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const aside = join(dir, `.${mail.noticeId}.${randomUUID()}.tmp`);
    try {
      await writeFile(aside, message as Buffer, { flush: true, mode: 0o600 });
      await rename(aside, path);
    } finally {
      await rm(aside, { force: true });
    }
  };

  return {
    target: `files in ${dir}`,
    async send(mail) {
      const path = join(dir, `${mail.noticeId}.eml`);
      try {
        if (!(await exists(path))) await write(mail, path);
        return { kind: 'accepted', response: path };
      } catch (error) {
        return { kind: 'deferred', reason: error instanceof Error ? error.message : String(error) };
      }
    },
    async verify() {
      await mkdir(dir, { recursive: true, mode: 0o700 });
      await access(dir, constants.W_OK);
    },
    close() {},
  };
};
