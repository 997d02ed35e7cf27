import type { AuditEntryView, NoticeView, StreamState, WebhookView } from '../api/types.ts';
import type { Tone } from '../format/words.ts';
import { describeCode } from '../format/words.ts';

/** One line of the story of a webhook. */
export interface HistoryEntry {
  id: string;
  at: string;
  tone: Tone;
  title: string;
  detail: string;
}

const TITLES: Readonly<Partial<Record<string, string>>> = {
  'webhook.create': 'Created',
  'webhook.update': 'Changed',
  'webhook.rotate_secret': 'Secret rotated',
  'webhook.delete': 'Deleted',
  'replay.create': 'Replay started',
  'replay.cancel': 'Replay cancelled',
};

const ofAudit = ({ id, at, action, actor, changed }: AuditEntryView): HistoryEntry => ({
  id,
  at,
  tone: changed.includes('state') ? 'busy' : 'quiet',
  title: changed.includes('state') ? 'State set by a person' : (TITLES[action] ?? action),
  detail: [`by ${actor.name}`, ...(changed.length > 0 ? [`changed ${changed.join(', ')}`] : [])].join('; '),
});

const ofNotice = ({ id, created, kind, recipient, sent, status, lastError }: NoticeView): HistoryEntry => {
  const mail = {
    sent: `e-mail sent to ${recipient}`,
    owed: `e-mail to ${recipient} is owed`,
    given_up: `e-mail to ${recipient} was given up`,
  }[status];
  return {
    id,
    at: created,
    tone: 'bad',
    title: kind === 'gone' ? 'Stopped: its receiver answered 410 Gone' : describeCode(kind),
    detail: lastError !== null && sent === null ? `${mail}; the last try failed: ${lastError}` : mail,
  };
};

const ofEpisode = ({ failingSince, consecutiveErrors, lastError }: WebhookView): HistoryEntry[] =>
  failingSince === null
    ? []
    : [
        {
          id: 'episode',
          at: failingSince,
          tone: 'bad',
          title: 'Began to fail',
          detail: `${consecutiveErrors} failed in a row${lastError === null ? '' : `; last: ${lastError.message}`}`,
        },
      ];

/** State changes that were seen live are told by the notices soon; until then they stand here. */
const ofState = ({ at, state, stateReason }: StreamState): HistoryEntry => ({
  id: `state ${at}`,
  at,
  tone: state === 'Active' ? 'good' : 'bad',
  title: `Became ${state}`,
  detail: stateReason ?? '',
});

/** What people and the system did to a webhook and what happened to it, newest first. */
export const mergeHistory = (input: {
  webhook: WebhookView;
  audit: readonly AuditEntryView[];
  notices: readonly NoticeView[];
  states: readonly StreamState[];
}): HistoryEntry[] =>
  [
    ...input.audit.map(ofAudit),
    ...input.notices.map(ofNotice),
    ...ofEpisode(input.webhook),
    ...input.states.map(ofState),
  ].toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at));
