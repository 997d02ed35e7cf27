import { randomUUID } from 'node:crypto';
import type { Database } from '@posthorn/database';

/** One attempt and no more: what is looked at is how it ends. */
export const ONCE = { retry: { delaysSeconds: [], jitter: 0 } };

/**
 * Webhooks as rows, past everything that judges them when they are saved: what a hostile target would be that had got in.
 * They belong to the account with this token's name.
 * @returns their ids, in the order of `targets`.
 */
export const insertWebhooks = async (
  { prisma }: Database,
  { event, targets, policy = ONCE }: { event: string; targets: readonly string[]; policy?: object },
): Promise<number[]> => {
  const account = await prisma.account.findFirstOrThrow({ where: { name: 'default' } });
  const rows = await prisma.webhook.createManyAndReturn({
    data: targets.map((targetUrl, index) => ({
      uuid: randomUUID(),
      accountId: account.id,
      name: `row ${index}`,
      events: [event],
      targetUrl,
      policy,
    })),
    select: { id: true },
  });
  await prisma.webhookHealth.createMany({ data: rows.map(({ id }) => ({ webhookId: id })) });
  return rows.map(({ id }) => id);
};
