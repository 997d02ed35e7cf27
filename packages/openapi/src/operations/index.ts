import type { Operation } from '../operation.ts';
import { accountOperations } from './account-operations.ts';
import { auditOperations } from './audit-operations.ts';
import { deliveryOperations } from './delivery-operations.ts';
import { eventOperations } from './event-operations.ts';
import { healthOperations } from './health-operations.ts';
import { noticeOperations } from './notice-operations.ts';
import { listenerOperations } from './listener-operations.ts';
import { replayOperations } from './replay-operations.ts';
import { statsOperations } from './stats-operations.ts';
import { tokenOperations } from './token-operations.ts';
import { webhookOperations } from './webhook-operations.ts';

/**
 * Every operation of the native API, in the order of the document. An operation that is served and not here fails the
 * tests, and so does one that is here and not served, or that the SDK does not have.
 * @param formats names of the registered callback formats.
 */
export const listOperations = (formats: readonly string[]): Operation[] => [
  ...eventOperations,
  ...webhookOperations(formats),
  ...deliveryOperations,
  ...replayOperations,
  ...listenerOperations,
  ...statsOperations,
  ...noticeOperations,
  ...accountOperations,
  ...tokenOperations,
  ...auditOperations,
  ...healthOperations,
];
