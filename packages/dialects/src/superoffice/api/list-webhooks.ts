import type { Call, Answer } from './call.ts';
import type { Members } from './properties.ts';
import { readState, readText } from './read-values.ts';
import { invalid } from './refusal.ts';
import { selectProperties } from './select-properties.ts';
import { showWebhook } from './show-webhook.ts';

/** A filter; undefined when it is blank. Text that no webhook can have is refused rather than asked the database for. */
const readFilter = (name: string, value: unknown): string | undefined => {
  const text = readText(name, value) ?? '';
  if (text.includes('\0') || /\p{Surrogate}/u.test(text)) throw invalid(name, 'has characters that are no text');
  return text.trim() === '' ? undefined : text;
};

/**
 * The webhooks that a filter leaves, ascending by id: the same name, this event among theirs, this state; joined by
 * "and", without letter case. @throws Refusal `invalid_parameter`
 */
export const listWebhooks = async ({ manager, caller }: Call, filters: Members, select?: string): Promise<Answer> => {
  const webhooks = await manager.listWebhooks(caller, {
    name: readFilter('NameFilter', filters.get('namefilter')),
    event: readFilter('EventFilter', filters.get('eventfilter')),
    state: readState('StatusFilter', filters.get('statusfilter')) ?? undefined,
  });
  return { type: 'Webhook', value: webhooks.map((webhook) => selectProperties(showWebhook(webhook), select)) };
};
