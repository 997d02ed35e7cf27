import { describeTestResult } from '../describe-last-error.ts';
import type { Answer, Call } from './call.ts';
import type { Members } from './properties.ts';
import { readWebhook, readWebhookId } from './read-webhook.ts';
import { OWN_KIND } from './save-webhook.ts';
import { selectProperties } from './select-properties.ts';

/** Sends a test event as the given webhook says, stored or not. @throws Refusal, PosthornError `validation_failed` */
export const testWebhook = async (call: Call, webhook: Members): Promise<Answer> => {
  const definition = { ...readWebhook(webhook), ...OWN_KIND, id: readWebhookId(webhook) };
  const result = await call.manager.testWebhook(call.caller, definition);
  const value = {
    Success: result.outcome === 'succeeded',
    Message: describeTestResult(result),
    TableRight: null,
    FieldProperties: null,
  };
  return { type: 'WebhookResult', value: selectProperties(value, call.query('$select')) };
};
