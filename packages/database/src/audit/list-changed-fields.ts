import { POLICY_KEYS } from '@posthorn/contracts';
import type { WebhookRecord } from '../webhooks/webhook-record.ts';

const FIELDS = [
  'name',
  'events',
  'targetUrl',
  'type',
  'state',
  'secret',
  'headers',
  'properties',
  'errorsEmail',
  'httpMethod',
  'dialectData',
] as const satisfies readonly (keyof WebhookRecord)[];

const differ = (before: unknown, after: unknown): boolean => JSON.stringify(before) !== JSON.stringify(after);

/** Names of the fields of a webhook that differ, by their names in the native API. Values are compared and not kept. */
export const listChangedFields = (before: WebhookRecord, after: WebhookRecord): string[] => [
  ...FIELDS.filter((field) => differ(before[field], after[field])),
  ...POLICY_KEYS.filter((key) => differ(before.policy[key], after.policy[key])),
  ...(before.consecutiveFailures === after.consecutiveFailures ? [] : ['consecutiveErrors']),
];
