import { encodeId } from '@posthorn/contracts';
import type { ClaimedNotice } from '@posthorn/database';
import { formatDuration, formatTime, hidePassword, oneLine, printable } from './format-values.ts';

/** A part of a mail, said once and printed as text and as HTML: neither can lack what the other has. */
export type Block =
  | { kind: 'heading'; text: string }
  | { kind: 'paragraph'; text: string }
  | { kind: 'facts'; rows: [label: string, value: string][] }
  /** Words of somebody else, line for line. */
  | { kind: 'quote'; text: string }
  /** To be copied and run. */
  | { kind: 'command'; text: string };

/** What a mail is made from: the facts of the change, and what the database says at the time of sending. */
export type NoticeToRender = Pick<
  ClaimedNotice,
  'id' | 'kind' | 'facts' | 'webhookState' | 'held' | 'pending' | 'countedAll'
>;

const EXCERPT_CHARACTERS = 1000;

const describeReason = ({ kind, facts }: NoticeToRender): string => {
  const since = `since ${formatTime(facts.failingSince)}`;
  const failures =
    facts.consecutiveErrors === 1 ? '1 attempt failed' : `${facts.consecutiveErrors} attempts in a row failed`;
  const lasted = formatDuration(Date.parse(facts.changedAt) - Date.parse(facts.failingSince));
  if (kind === 'too_many_errors') {
    return `Too many errors: ${failures} ${since}, for ${lasted}. Not one delivery succeeded in that time.`;
  }
  const before = facts.consecutiveErrors > 1 ? ` In all, ${failures} ${since}.` : '';
  return `The receiver answered 410 Gone: it says that this address takes no more webhooks, now or later.${before}`;
};

const describeError = ({ facts: { lastError } }: NoticeToRender): Block[] => {
  if (lastError === null) return [];
  const blocks: Block[] = [
    { kind: 'heading', text: 'Last error' },
    {
      kind: 'facts',
      rows: [
        ['When', formatTime(lastError.at)],
        ['Error', `${oneLine(lastError.message)} (${oneLine(lastError.code)})`],
        ['HTTP status', lastError.status === null ? 'none: there was no answer' : String(lastError.status)],
        ['Event', lastError.eventId],
        ['Delivery', lastError.deliveryId],
      ],
    },
  ];
  if (lastError.body === null) return blocks;
  const characters = Array.from(printable(lastError.body));
  const excerpt = characters.slice(0, EXCERPT_CHARACTERS).join('');
  const cut = characters.length > EXCERPT_CHARACTERS;
  const label = cut ? `The answer began (first ${EXCERPT_CHARACTERS} characters):` : 'The answer was:';
  return excerpt.trim() === ''
    ? [...blocks, { kind: 'paragraph', text: 'The answer had no body.' }]
    : [...blocks, { kind: 'paragraph', text: label }, { kind: 'quote', text: excerpt }];
};

const count = (n: number, countedAll: boolean): string => {
  if (n === 0) return countedAll ? 'none' : 'none among the newest deliveries';
  return `${countedAll ? '' : 'at least '}${n.toLocaleString('en')} ${n === 1 ? 'delivery' : 'deliveries'}`;
};

const describeWaiting = ({ held, pending, countedAll }: NoticeToRender): Block[] => [
  { kind: 'heading', text: 'What is waiting' },
  {
    kind: 'facts',
    rows: [
      ['Held', count(held, countedAll)],
      ['Still pending', count(pending, countedAll)],
    ],
  },
  {
    kind: 'paragraph',
    text: 'Counted when this mail was made. While the webhook is off, new events and pending deliveries that fall due are held: none is dropped, and what is held can be sent once the webhook is on again, for as long as events are kept.',
  },
];

const describeSending = ({ held, countedAll }: NoticeToRender): string => {
  const which = held === 0 ? 'what is held by then' : `what is held (now ${count(held, countedAll)})`;
  return `Send ${which}; leave status out to send what failed for good as well, and add since and until for a part of it:`;
};

const describeRepair = (notice: NoticeToRender, publicUrl: string): Block[] => {
  const { facts, webhookState } = notice;
  const { webhookId } = facts;
  const api = `${publicUrl.replace(/\/+$/, '')}/v1`;
  const token = `-H 'Authorization: Bearer <token>'`;
  const json = `-H 'Content-Type: application/json'`;
  const switchOn: [string, string] = [
    'Mend the receiver, or give the webhook another target URL. Then switch the webhook on; its error count starts again from zero.',
    `curl -X PATCH '${api}/webhooks/${webhookId}' ${token} ${json} -d '{"state":"Active"}'`,
  ];
  const steps: [text: string, command: string][] = [
    ...(webhookState === 'Active' ? [] : [switchOn]),
    ['List the deliveries that are held:', `curl '${api}/webhooks/${webhookId}/deliveries?status=held' ${token}`],
    [
      describeSending(notice),
      `curl -X POST '${api}/webhooks/${webhookId}/replay' ${token} ${json} -d '{"status":["held"]}'`,
    ],
    [
      'See how far that is, with the id that was answered (rpl_…) in place of <replay id>:',
      `curl '${api}/replays/<replay id>' ${token}`,
    ],
  ];
  return [
    {
      kind: 'heading',
      text: webhookState === 'Active' ? 'How to send what is held' : 'How to switch it on and send what is held',
    },
    { kind: 'paragraph', text: 'Put a token of your account, with the scope manage, in place of <token>.' },
    ...steps.flatMap(([text, command], index): Block[] => [
      { kind: 'paragraph', text: `${index + 1}. ${text}` },
      { kind: 'command', text: command },
    ]),
  ];
};

/** What has become of the webhook between the change and this mail, which may leave late. */
const describeSince = ({ webhookState }: NoticeToRender): Block[] => {
  if (webhookState === null)
    return [{ kind: 'paragraph', text: 'The webhook has been deleted since: nothing is left to do.' }];
  if (webhookState !== 'Active') return [];
  return [
    {
      kind: 'paragraph',
      text: 'The webhook has been switched on again since. Deliveries that are still held wait to be sent.',
    },
  ];
};

export const describeNotice = (notice: NoticeToRender, publicUrl: string): Block[] => {
  const { facts } = notice;
  const remains = notice.webhookState !== null;
  return [
    {
      kind: 'paragraph',
      text: `Posthorn has switched off the webhook "${oneLine(facts.webhookName)}" (${facts.webhookId}).`,
    },
    { kind: 'paragraph', text: describeReason(notice) },
    ...describeSince(notice),
    { kind: 'heading', text: 'The webhook' },
    {
      kind: 'facts',
      rows: [
        ['Name', oneLine(facts.webhookName)],
        ['Id', String(facts.webhookId)],
        ['Target URL', hidePassword(oneLine(facts.targetUrl))],
        ['Events', facts.events.map(oneLine).join(', ')],
        ['Switched off', formatTime(facts.changedAt)],
        ['State now', notice.webhookState ?? 'deleted'],
      ],
    },
    ...describeError(notice),
    ...(remains ? describeWaiting(notice) : []),
    ...(remains ? describeRepair(notice, publicUrl) : []),
    {
      kind: 'paragraph',
      text: `You get this mail because the errorsEmail of the webhook is this address. There is one mail for each time that it is switched off. Notice ${encodeId('notice', notice.id)}.`,
    },
  ];
};
