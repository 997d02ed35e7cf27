import { describeNotice, type NoticeToRender } from './describe-notice.ts';
import { oneLine, shorten } from './format-values.ts';
import { printHtml, printText } from './print-notice.ts';

export interface RenderedNotice {
  subject: string;
  text: string;
  html: string;
}

const REASONS = {
  too_many_errors: 'too many errors',
  gone: 'the receiver answered 410 Gone',
} as const;

/** A mailbox shows about this much of a name, and RFC 5322 wants header lines short. */
const SUBJECT_NAME_CHARACTERS = 100;

/** The mail of a notice. Pure: the same notice gives the same mail. */
export const renderNotice = (notice: NoticeToRender, publicUrl: string): RenderedNotice => {
  const { webhookName, webhookId } = notice.facts;
  const name = shorten(oneLine(webhookName), SUBJECT_NAME_CHARACTERS);
  const subject = `[Posthorn] Webhook "${name}" (${webhookId}) was switched off: ${REASONS[notice.kind]}`;
  const blocks = describeNotice(notice, publicUrl);
  return { subject, text: printText(blocks), html: printHtml(subject, blocks) };
};
