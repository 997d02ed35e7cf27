import type { AuditAction, AuditTargetType } from '@posthorn/contracts';
import type { Prisma } from '../connect-database.ts';
import { newId } from '../new-id.ts';
import type { Author } from './author.ts';

/** A change that is about to be committed. */
export interface AuditedChange {
  /** The account that it is about. */
  accountId: number;
  action: AuditAction;
  /** `id` as the API shows it; `name` as people know it, null for what has none. */
  target: { type: AuditTargetType; id: string | number; name?: string | null };
  /** Names of the fields that an update changed. */
  changed?: readonly string[];
}

/**
 * Writes the line of a change. It takes a transaction, and it must be the one of the change itself: then nothing changes
 * without a line, and no line tells of what did not happen. One insert.
 */
export const writeAuditEntry = async (
  tx: Prisma.TransactionClient,
  author: Author,
  { accountId, action, target, changed = [] }: AuditedChange,
): Promise<void> => {
  const { actor, name, tokenId, api, address, userAgent, requestId } = author;
  await tx.auditEntry.create({
    data: {
      id: newId(),
      accountId,
      actor,
      actorName: name,
      tokenId,
      action,
      targetType: target.type,
      targetId: String(target.id),
      targetName: target.name ?? null,
      changed: [...changed],
      api,
      address,
      userAgent,
      requestId,
    },
    select: { id: true },
  });
};
