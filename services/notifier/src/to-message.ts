import type { SendMailOptions } from 'nodemailer';
import { type Mail, NOTICE_HEADERS } from './transport.ts';

/**
 * A mail in nodemailer's words. The recipient is given as an address object: nodemailer would read a list out of a text.
 * Subject and addresses are encoded by nodemailer (RFC 2047), which lets no line break of theirs into the header.
 */
export const toMessage = (mail: Mail): SendMailOptions => ({
  messageId: mail.messageId,
  from: mail.from,
  to: { name: '', address: mail.to },
  subject: mail.subject,
  text: mail.text,
  html: mail.html,
  headers: NOTICE_HEADERS,
});
