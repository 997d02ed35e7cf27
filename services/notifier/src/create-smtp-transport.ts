import { createTransport, type NodemailerError } from 'nodemailer';
import { toMessage } from './to-message.ts';
import type { MailTransport, SendResult } from './transport.ts';

/** Connections to the mail server; as many notices are claimed at a time, so that none waits with its lease running. */
export const SMTP_CONNECTIONS = 5;

// A server that hangs is noticed well within the lease, and within the usual time that a platform gives to stop.
const TIMEOUTS = { dnsTimeout: 5000, connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 };

/** Commands whose refusal is about this mail and its recipient. */
const ABOUT_THE_MAIL = new Set(['RCPT TO', 'DATA', 'API']);

/**
 * What an error of nodemailer means for the mail. Refused for good is only a 5xx answer (RFC 5321, 4.2.1) to the recipient
 * or to the content, and an address that cannot be written into the protocol. A 5xx to the login, to our sender or to the
 * connection is our configuration: once it is mended every mail can leave, so none may be given up for it.
 */
export const judgeSmtpError = (error: NodemailerError): SendResult => {
  const cause = error.originalCode === undefined ? '' : ` (${error.originalCode})`;
  const reason = `${error.message}${cause}`;
  const aboutTheMail = ABOUT_THE_MAIL.has(error.command ?? '');
  // Without an answer, because nodemailer itself would not write the address; a sender like that is our configuration.
  const unwritable =
    error.code === 'EENVELOPE' && error.command === 'API' && !error.message.startsWith('Invalid sender');
  return { kind: aboutTheMail && (error.permanent === true || unwritable) ? 'refused' : 'deferred', reason };
};

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
  const { protocol, host } = new URL(smtpUrl);
  return {
    target: `${protocol}//${host}`,
    async send(mail, signal) {
      try {
        const info = await transporter.sendMail({ ...toMessage(mail), signal });
        return { kind: 'accepted', response: info.response };
      } catch (error) {
        return judgeSmtpError(error as NodemailerError);
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
