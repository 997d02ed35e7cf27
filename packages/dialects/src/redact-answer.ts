import type { DeliverableWebhook } from '@posthorn/contracts';
import { oncePerWebhook } from './callback/prepare-headers.ts';

/** What a receiver answered, as far as it is recorded. */
export interface ShownAnswer {
  headers: Record<string, string | string[]>;
  body: string;
  /** The body was longer, so that a credential may have been cut through at its end. */
  bodyTruncated: boolean;
}

const REDACTED = '[redacted]';
/** Shorter values are no secrets, and would be found in every text. */
const MIN_LENGTH = 6;
/** Say what a body is and who asks, and are in every other answer. */
const NO_CREDENTIALS = new Set(['content-type', 'accept', 'accept-encoding', 'accept-language', 'user-agent']);

/** The credential alone: receivers that refuse a token often say which one. */
const credentialsIn = (value: string): string[] => {
  const [, scheme = '', credential] = /^(\w+) +(\S+)$/.exec(value) ?? [];
  if (credential === undefined) return [];
  if (scheme.toLowerCase() !== 'basic') return [credential];
  const [, password] = /^[^:]*:(.*)$/s.exec(Buffer.from(credential, 'base64').toString('utf8')) ?? [];
  return password === undefined ? [credential] : [credential, password];
};

/** As it is, and as JSON, a URL and base64 have it. */
const formsOf = (value: string): string[] => [
  value,
  JSON.stringify(value).slice(1, -1),
  ...(/\p{Surrogate}/u.test(value) ? [] : [encodeURIComponent(value)]),
  Buffer.from(value, 'utf8').toString('base64').replace(/=+$/, ''),
];

const listForms = (values: readonly string[]): string[] => {
  const forms = values.flatMap((value) => [value, ...credentialsIn(value)]).filter((one) => one.length >= MIN_LENGTH);
  const all = new Set(forms.flatMap(formsOf).filter((form) => !REDACTED.includes(form)));
  // A longer one may hold a shorter one.
  return [...all].sort((a, b) => b.length - a.length);
};

interface Credentials {
  forms: readonly string[];
  /** Any of them. Null: there are none. */
  pattern: RegExp | null;
}

/** Once for each version of a webhook: nearly all of them have a secret, and every answer is looked at. */
const credentialsOf = oncePerWebhook(({ headers, secrets }): Credentials => {
  const own = Object.entries(headers).filter(([name]) => !NO_CREDENTIALS.has(name.toLowerCase()));
  const forms = listForms([...own.map(([, value]) => value), ...secrets]);
  const escaped = forms.map((form) => form.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  return { forms, pattern: forms.length === 0 ? null : new RegExp(escaped.join('|'), 'g') };
});

/** A credential that begins at the end of a text that was cut. */
const redactEnd = (text: string, forms: readonly string[]): string => {
  for (const form of forms) {
    for (let length = Math.min(form.length - 1, text.length); length >= MIN_LENGTH; length -= 1) {
      if (text.endsWith(form.slice(0, length))) return `${text.slice(0, -length)}${REDACTED}`;
    }
  }
  return text;
};

/**
 * An answer without the credentials of its webhook, the values of its headers and its secrets: receivers echo what they were
 * sent, on purpose (`/anything` of test services) or in their error pages, and what is recorded is shown to everybody who
 * may read the log. Secrets are not sent, but a receiver has them.
 */
export const redactAnswer = <Answer extends ShownAnswer>(answer: Answer, webhook: DeliverableWebhook): Answer => {
  const { forms, pattern } = credentialsOf(webhook);
  if (pattern === null) return answer;
  const redact = (text: string): string => text.replace(pattern, REDACTED);
  const body = redact(answer.body);
  return {
    ...answer,
    headers: Object.fromEntries(
      Object.entries(answer.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.map(redact) : redact(value),
      ]),
    ),
    body: answer.bodyTruncated ? redactEnd(body, forms) : body,
  };
};
