import type { DefinedWebhook, WebhookDefinition } from '@posthorn/contracts';
import type { Members } from './properties.ts';
import { readDictionary, readEvents, readInteger, readState, readText } from './read-values.ts';

/** What a client decides about a webhook through this API: the method and the format are none of it. */
export type SavedFields = Omit<WebhookDefinition, 'httpMethod' | 'dialectData'>;

const headerValue = (name: string, value: unknown): string => readText(`Headers.${name}`, value) ?? '';

const blankToNull = (text: string | null): string | null => (text === null || text.trim() === '' ? null : text);

/**
 * The fields of a webhook as a client saves it. A property that is left out or null gets its default, since saving
 * replaces the whole webhook; properties of newer versions, and those that the server decides, are ignored.
 * @throws Refusal `invalid_parameter` for a property that cannot be read; how a field must look is judged by the manager.
 */
export const readWebhook = (members: Members): SavedFields => {
  const text = (name: string): string | null => readText(name, members.get(name.toLowerCase()));
  return {
    name: text('Name') ?? '',
    events: readEvents('Events', members.get('events')),
    targetUrl: text('TargetUrl') ?? '',
    secret: text('Secret') || null,
    // Unknown is what a client says that leaves the state to the server.
    state: readState('State', members.get('state')) ?? 'Active',
    type: blankToNull(text('Type')) ?? 'webhook',
    headers: readDictionary('Headers', members.get('headers'), headerValue),
    properties: readDictionary('Properties', members.get('properties'), (_name, value) => value),
    errorsEmail: blankToNull(text('ErrorsEmail')),
  };
};

/** The id that a webhook is saved under: 0 for a new one. */
export const readWebhookId = (members: Members): number => readInteger('WebhookId', members.get('webhookid')) ?? 0;

/**
 * What saving changes: a state that stays is left out, because setting Active ends the episode and with it the count of
 * errors, and so is a secret that stays, because setting one ends a rotation.
 */
export const toChanges = (saved: SavedFields, current: DefinedWebhook): Partial<WebhookDefinition> => {
  const { state, secret, ...changes } = saved;
  return {
    ...changes,
    ...(state === current.state ? {} : { state }),
    ...(secret === current.secret ? {} : { secret }),
  };
};
