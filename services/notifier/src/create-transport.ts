import { createFileTransport } from './create-file-transport.ts';
import { createSmtpTransport } from './create-smtp-transport.ts';
import type { MailTransport } from './transport.ts';

export interface TransportOptions {
  /** `smtp://user:password@host:587`; `smtps:` for TLS from the first byte. */
  smtpUrl?: string | undefined;
  /** Folder of the .eml files that are written when there is no mail server. */
  mailDir: string;
}

/** How mails leave: by the mail server when there is one, as files otherwise. Connects and writes nothing yet. */
export const createTransport = ({ smtpUrl, mailDir }: TransportOptions): MailTransport =>
  smtpUrl === undefined ? createFileTransport(mailDir) : createSmtpTransport(smtpUrl);
