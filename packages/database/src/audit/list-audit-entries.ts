import type { AuditAction, AuditActor, AuditTargetType } from '@posthorn/contracts';
import { uuidBound } from '@posthorn/domain';
import type { Database, Prisma } from '../connect-database.ts';

/** A line of the audit log. */
export interface AuditRecord {
  /** UUID v7: it has the moment of the change. */
  id: string;
  accountId: number;
  actor: AuditActor;
  actorName: string;
  tokenId: string | null;
  action: AuditAction;
  targetType: AuditTargetType;
  targetId: string;
  targetName: string | null;
  changed: string[];
  api: string;
  address: string | null;
  userAgent: string | null;
  requestId: string | null;
}

export interface AuditFilter {
  /** Undefined: all accounts. */
  accountId?: number | undefined;
  action?: AuditAction | undefined;
  targetType?: AuditTargetType | undefined;
  targetId?: string | undefined;
  /** UUID. */
  tokenId?: string | undefined;
  /** Changes at or after this moment … */
  sinceMs?: number | undefined;
  /** … and before this one. */
  untilMs?: number | undefined;
}

/** Times before 1970 are before every id. */
const boundOf = (timeMs: number): string => uuidBound(Math.max(0, timeMs));

const toBounds = (filter: AuditFilter, beforeId: string | null): Prisma.UuidFilter => {
  const { sinceMs, untilMs } = filter;
  const until = untilMs === undefined ? null : boundOf(untilMs);
  const below = until !== null && (beforeId === null || until < beforeId) ? until : beforeId;
  return {
    ...(sinceMs === undefined ? {} : { gte: boundOf(sinceMs) }),
    ...(below === null ? {} : { lt: below }),
  };
};

/**
 * Lines with ids below `beforeId`, newest first. One query: the primary key, audit_entries_account_id_id_idx, or for a target
 * audit_entries_target_type_target_id_id_idx gives them in order; further filters are applied to what it gives.
 */
export const listAuditEntries = async (
  { prisma }: Pick<Database, 'prisma'>,
  { beforeId, limit, filter }: { beforeId: string | null; limit: number; filter: AuditFilter },
): Promise<AuditRecord[]> => {
  const { accountId, action, targetType, targetId, tokenId } = filter;
  const rows = await prisma.auditEntry.findMany({
    where: {
      id: toBounds(filter, beforeId),
      ...(accountId === undefined ? {} : { accountId }),
      ...(action === undefined ? {} : { action }),
      ...(targetType === undefined ? {} : { targetType }),
      ...(targetId === undefined ? {} : { targetId }),
      ...(tokenId === undefined ? {} : { tokenId }),
    },
    orderBy: { id: 'desc' },
    take: limit,
  });
  return rows as AuditRecord[];
};
