import { encodeId } from '@posthorn/contracts';
import type { ClaimedNotice } from '@posthorn/database';
import { renderNotice } from './render-notice.ts';
import type { MailTransport, SendResult } from './transport.ts';

export interface SendContext {
  transport: MailTransport;
  from: string;
  publicUrl: string;
}

/**
 * Sends the mail of a claimed notice, once. A result is always given back, whatever fails; `broken` is a fault of ours,
 * for example facts that cannot be rendered.
 *
 * Exactly one mail, and where that ends: the claim is committed before this is called, and what the mail server accepted
 * is never sent again by this process, even if the row cannot be marked for hours. One window remains that no order of
 * steps can close, since a mail server and a database share no transaction: the server accepted, or had the whole mail
 * when the connection broke, and this process ends or loses its lease before the row says so. The notice is then sent a
 * second time after the lease. The Message-ID is made from the notice's id, so that both are the same mail to every
 * system that compares them (RFC 5322, 3.6.4; IMAP stores and mailing systems drop or thread duplicates by it).
 */
export const sendNotice = async (
  { transport, from, publicUrl }: SendContext,
  notice: ClaimedNotice,
  signal: AbortSignal,
): Promise<SendResult | { kind: 'broken'; error: unknown }> => {
  try {
    const noticeId = encodeId('notice', notice.id);
    const rendered = renderNotice(notice, publicUrl);
    const mail = { ...rendered, noticeId, messageId: `<${noticeId}@posthorn>`, from, to: notice.recipient };
    return await transport.send(mail, signal);
  } catch (error) {
    return { kind: 'broken', error };
  }
};
