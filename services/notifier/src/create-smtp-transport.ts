import { PassThrough } from 'node:stream';
import { createTransport, type NodemailerError, type SendMailOptions } from 'nodemailer';
import { toMessage } from './to-message.ts';
import type { MailTransport, SendResult } from './transport.ts';

/** Connections to the mail server; as many notices are claimed at a time, so that none waits with its lease running. */
export const SMTP_CONNECTIONS = 5;

/**
 * How long a server may take for everything before it has the whole mail. Giving up is harmless then, and shows soon that
 * it hangs.
 */
const HAND_OVER_TIMEOUT_MS = 30_000;
// Once it has the mail it may take its time to look at it, and giving up early makes two mails of one (RFC 1047; RFC 5321,
// 4.5.3.2.6): how long it has then is the caller's `signal`, and this is longer.
const TIMEOUTS = { dnsTimeout: 5000, connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 600_000 };

/** Commands whose refusal is about this mail and its recipient. */
const ABOUT_THE_MAIL = new Set(['RCPT TO', 'DATA', 'API']);

/**
 * What an error of nodemailer means for the mail. Without an answer to a mail that had left as a whole nobody knows. Refused for good is only a 5xx answer (RFC 5321, 4.2.1) to the recipient
 * or to the content, and an address that cannot be written into the protocol. A 5xx to the login, to our sender or to the
 * connection is our configuration: once it is mended every mail can leave, so none may be given up for it.
 */
export const judgeSmtpError = (error: NodemailerError, handedOver: boolean): SendResult => {
  const { originalCode, message } = error;
  const aborted = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  const reason = `${message}${aborted}${originalCode === undefined ? '' : ` (${originalCode})`}`;
  if (handedOver && error.responseCode === undefined) return { kind: 'unanswered', reason };
  const aboutTheMail = ABOUT_THE_MAIL.has(error.command ?? '');
  // Without an answer, because nodemailer itself would not write the address; a sender like that is our configuration.
  const unwritable =
    error.code === 'EENVELOPE' && error.command === 'API' && !error.message.startsWith('Invalid sender');
  return { kind: aboutTheMail && (error.permanent === true || unwritable) ? 'refused' : 'deferred', reason };
};

/** A mail in nodemailer's words, and who is told when the server has all of it. */
interface Outgoing extends SendMailOptions {
  onHandedOver(): void;
}

/**
 * Mails by SMTP over a few kept connections. The pool must not send a mail again by itself when a connection breaks
 * (`maxRequeues: 0`): it cannot know whether the server had taken it, so the notice's row decides about every try.
 */
export const createSmtpTransport = (smtpUrl: string): MailTransport => {
  const transporter = createTransport({
    url: smtpUrl,
    pool: true,
    maxConnections: SMTP_CONNECTIONS,
    maxRequeues: 0,
    idleTimeout: 30_000,
    socketCloseTimeout: 1000,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...TIMEOUTS,
  });
  // The mail's text is read when the server has asked for it (354), and to its end: from then on the server may have it.
  transporter.use('stream', (mail, callback) => {
    const passing = new PassThrough();
    passing.once('end', (mail.data as Outgoing).onHandedOver);
    mail.message.transform(passing);
    callback();
  });
  const { protocol, host } = new URL(smtpUrl);
  return {
    target: `${protocol}//${host}`,
    async send(mail, signal) {
      const late = new AbortController();
      const timer = setTimeout(() => {
        late.abort(new Error(`the server did not take the mail within ${HAND_OVER_TIMEOUT_MS / 1000} s`));
      }, HAND_OVER_TIMEOUT_MS);
      let handedOver = false;
      const onHandedOver = (): void => {
        handedOver = true;
        clearTimeout(timer);
      };
      const outgoing: Outgoing = {
        ...toMessage(mail),
        signal: AbortSignal.any([signal, late.signal]),
        onHandedOver,
      };
      try {
        const info = await transporter.sendMail(outgoing);
        return { kind: 'accepted', response: info.response };
      } catch (error) {
        return judgeSmtpError(error as NodemailerError, handedOver);
      } finally {
        clearTimeout(timer);
      }
    },
    async verify() {
      await transporter.verify();
    },
    close() {
      transporter.close();
    },
  };
};
