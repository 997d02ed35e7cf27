import { PosthornError } from '@posthorn/contracts';
import { writeJson } from '../../callback/read-fields.ts';
import { type Answer, type Call, NO_CONTENT } from './call.ts';
import { explainFields } from './explain-fields.ts';
import { readDictionary, readInteger, readText } from './read-values.ts';
import { invalid, Refusal } from './refusal.ts';

/** `contact` of `contact.changed`; a name without a dot is its own. */
const entityOf = (eventName: string): string => {
  const dot = eventName.lastIndexOf('.');
  return dot === -1 ? eventName : eventName.slice(0, dot);
};

/** What is published, in the names of this call. */
const NAMES = { type: 'EventName', data: 'Data' };

/**
 * Publishes the event that a client says has happened, with what the callback makes its fields of.
 * @throws Refusal `invalid_parameter`, and `validation_failed` when the name is none of an event.
 */
export const signalEvent = async (
  { manager, caller }: Call,
  signal: { eventName: unknown; primaryKey: unknown; data: unknown },
): Promise<Answer> => {
  const eventName = readText('EventName', signal.eventName)?.trim() ?? '';
  if (eventName === '') throw invalid('EventName', 'is missing: the parameter is required');
  const data = readDictionary('Data', signal.data, (_name, value) => value);
  const fields = {
    PrimaryKey: readInteger('PrimaryKey', signal.primaryKey) ?? 0,
    Entity: entityOf(eventName),
    Changes: Object.keys(data),
    Data: data,
  };
  try {
    await manager.publish(caller, { type: eventName, data: writeJson(fields) });
  } catch (error) {
    const isJudged = error instanceof PosthornError && error.code === 'validation_failed';
    throw isJudged ? new Refusal(error.code, explainFields(error, NAMES)) : error;
  }
  return NO_CONTENT;
};
