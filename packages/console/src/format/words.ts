import type { DeliveryStatus, ReplayState, WebhookState } from '../api/types.ts';

/** How something stands, for its colour. The words beside it say the same. */
export type Tone = 'good' | 'bad' | 'warning' | 'busy' | 'quiet';

export interface Wording {
  tone: Tone;
  label: string;
  /** One sentence. */
  meaning: string;
}

export const WEBHOOK_WORDS: Readonly<Record<WebhookState, Wording>> = {
  Active: { tone: 'good', label: 'Active', meaning: 'Deliveries are sent.' },
  Stopped: { tone: 'quiet', label: 'Stopped', meaning: 'Switched off; deliveries are held.' },
  TooManyErrors: {
    tone: 'bad',
    label: 'Too many errors',
    meaning: 'Switched off because it kept failing; deliveries are held.',
  },
};

export const DELIVERY_WORDS: Readonly<Record<DeliveryStatus, Wording>> = {
  pending: { tone: 'busy', label: 'Pending', meaning: 'On its way, or waiting for the next attempt.' },
  succeeded: { tone: 'good', label: 'Succeeded', meaning: 'The receiver took it.' },
  failed: { tone: 'bad', label: 'Failed', meaning: 'All attempts are used up.' },
  held: { tone: 'warning', label: 'Held', meaning: 'The webhook is not Active; a replay sends it.' },
  discarded: { tone: 'quiet', label: 'Discarded', meaning: 'The webhook was deleted, or nothing can run its type.' },
};

export const REPLAY_WORDS: Readonly<Record<ReplayState, Wording>> = {
  pending: { tone: 'busy', label: 'Counting', meaning: 'Its deliveries are being counted.' },
  running: { tone: 'busy', label: 'Running', meaning: 'Deliveries are being sent.' },
  paused: { tone: 'warning', label: 'Paused', meaning: 'Its webhook is not Active; it goes on when it is again.' },
  done: { tone: 'good', label: 'Done', meaning: 'All of it has been sent.' },
  cancelled: { tone: 'quiet', label: 'Cancelled', meaning: 'Somebody ended it.' },
};

export const OUTCOME_WORDS: Readonly<Record<'succeeded' | 'failed', Wording>> = {
  succeeded: { tone: 'good', label: 'Succeeded', meaning: 'The receiver took it.' },
  failed: { tone: 'bad', label: 'Failed', meaning: 'The receiver did not take it, or could not be reached.' },
};

/** `webhook.rotate_secret` as people say it. */
export const describeAction = (action: string): string => {
  const [thing = '', verb = ''] = action.replaceAll('_', ' ').split('.');
  return `${thing}: ${verb}`;
};

/** `too_many_errors` as people say it. */
export const describeCode = (code: string): string => {
  const words = code.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};
