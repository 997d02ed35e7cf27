/** One mail, ready to leave. */
export interface Mail {
  /** Public id of the notice (`ntc_…`); a transport never passes on two mails of one id that it knows it passed on. */
  noticeId: string;
  /** With angle brackets. */
  messageId: string;
  from: string;
  to: string;
  subject: string;
  text: string;
  html: string;
}

/** What the other side said. A mail server that fails is a value, not an exception. */
export type SendResult =
  /** It answers for the mail from now on. */
  | { kind: 'accepted'; response: string }
  /** Not now: the server is away or asks to come back. */
  | { kind: 'deferred'; reason: string }
  /** It will never take this mail for this recipient. */
  | { kind: 'refused'; reason: string }
  /** It had the whole mail and did not say what became of it: most likely it has arrived. */
  | { kind: 'unanswered'; reason: string };

/** A way for mails to leave. */
export interface MailTransport {
  /** Where mails go, for logs: without credentials. */
  target: string;
  /** Gives up when `signal` aborts, and answers `deferred` then, or `unanswered` when the whole mail had left. */
  send(mail: Mail, signal: AbortSignal): Promise<SendResult>;
  /** Resolves when mails could leave now; rejects with the reason otherwise. Sends nothing. */
  verify(): Promise<void>;
  close(): void;
}

/** Headers of every notice: programs must not answer it (RFC 3834, section 5). */
export const NOTICE_HEADERS = { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' };
