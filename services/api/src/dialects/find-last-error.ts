import { decodeId } from '@posthorn/contracts';
import { findWebhook, listAttempts, type WebhookRef as WebhookKeyRef } from '@posthorn/database';
import type { LastErrorReport } from '@posthorn/dialects';
import type { ApiDeps } from '../api-deps.ts';

/**
 * What went wrong last with a webhook. The webhook itself keeps it without headers; those come from the attempt, as long as
 * its day is kept.
 */
export const findLastError = async (
  { database, encryption }: Pick<ApiDeps, 'database' | 'encryption'>,
  key: WebhookKeyRef,
): Promise<LastErrorReport | null | undefined> => {
  const webhook = await findWebhook(database, encryption, key);
  if (webhook === null) return undefined;
  const { lastError } = webhook;
  if (lastError === null) return null;
  const deliveryId = decodeId('delivery', lastError.deliveryId);
  const attempts = deliveryId === null ? [] : await listAttempts(database, deliveryId);
  const attempt = attempts.findLast(({ startedAt }) => startedAt.toISOString() === lastError.at);
  return { ...lastError, headers: attempt?.responseHeaders ?? null };
};
