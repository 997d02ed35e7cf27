import { PosthornError } from '@posthorn/contracts';
import { unframe } from './explain-error.ts';

/** What a failed statement means for whoever ran it. */
export type DatabaseFault =
  /** PostgreSQL is away, starting, full or gave up on a lock: the same statement may work in a moment. */
  | 'transient'
  /** A value in it was refused: the same statement fails again, and one row of it may be to blame. */
  | 'data'
  /** Anything else: a fault of ours. */
  | 'bug';

/** What Prisma's driver adapter says of the error underneath (`@prisma/driver-adapter-utils`, type `Error`). */
interface AdapterCause {
  kind?: string;
  originalCode?: string;
  originalMessage?: string;
}

const TRANSIENT_KINDS = new Set([
  'DatabaseNotReachable',
  'ConnectionClosed',
  'SocketTimeout',
  'TooManyConnections',
  'TransactionWriteConflict',
  'TransactionAlreadyClosed',
  'TlsConnectionError',
]);

/**
 * SQLSTATE classes (PostgreSQL manual, appendix A): connection, rollback, resources, operator intervention, locks. 55000
 * is what a database says that accepts no connections at the moment (maintenance).
 */
const TRANSIENT_CLASSES = /^(?:08|40|53|57|58|55000|55P03)/;
/** Data exceptions and values that a constraint refuses. */
const DATA_CLASSES = /^(?:22|23)/;
/** Prisma's own codes for a pool or a transaction that did not come in time, or a connection that broke. */
const TRANSIENT_PRISMA_CODES = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2034']);
/** Errors of the driver that carry no code. */
const TRANSIENT_MESSAGES =
  /Connection terminated|is not queryable|timeout expired|ECONNRESET|ECONNREFUSED|EPIPE|ETIMEDOUT|timeout exceeded when trying to connect/;

/** What the driver itself says: an answer of PostgreSQL (`pg.DatabaseError`, with its SQLSTATE), or why there is none. */
const driverCause = (error: unknown): AdapterCause | undefined => {
  const { code, message, severity } = (error ?? {}) as { code?: string; message?: string; severity?: string };
  if (severity === undefined || code === undefined) return undefined;
  return { originalCode: code, ...(message === undefined ? {} : { originalMessage: message }) };
};

const adapterCause = (error: unknown): AdapterCause | undefined => {
  const meta = (error as { meta?: { driverAdapterError?: { cause?: AdapterCause } } } | null)?.meta;
  return meta?.driverAdapterError?.cause ?? driverCause(error) ?? (error as { cause?: AdapterCause } | null)?.cause;
};

/** Sorts an error of a statement, run through Prisma or by the driver. */
export const classifyDatabaseError = (error: unknown): DatabaseFault => {
  const cause = adapterCause(error);
  const code = cause?.originalCode ?? '';
  if (TRANSIENT_CLASSES.test(code) || TRANSIENT_KINDS.has(cause?.kind ?? '')) return 'transient';
  if (DATA_CLASSES.test(code)) return 'data';
  const { code: prismaCode, message } = (error ?? {}) as { code?: string; message?: string };
  if (TRANSIENT_PRISMA_CODES.has(prismaCode ?? '')) return 'transient';
  return TRANSIENT_MESSAGES.test(`${prismaCode} ${message} ${cause?.originalMessage ?? ''}`) ? 'transient' : 'bug';
};

/** Whether PostgreSQL gave up on a lock: `lock_timeout` was over (55P03), or two waited for each other (40P01). */
export const isLockTimeout = (error: unknown): boolean =>
  /^(?:55P03|40P01)$/.test(adapterCause(error)?.originalCode ?? '');

/** What PostgreSQL or its driver said, without the frame that Prisma puts around it. */
const reasonOf = (error: unknown): string => {
  const { originalCode, originalMessage } = adapterCause(error) ?? {};
  if (originalMessage !== undefined) return originalMessage + (originalCode === undefined ? '' : ` (${originalCode})`);
  const { message, code } = (error ?? {}) as { message?: string; code?: string };
  // Prisma's own errors may begin with a piece of our source; what happened is their last line.
  return unframe(message?.trimEnd().split('\n').at(-1) ?? '') || code || String(error);
};

/**
 * What a client is told when PostgreSQL is away for the moment: 503 with Retry-After. Null for any other error, which is
 * not about that.
 */
export const asUnavailable = (error: unknown): PosthornError | null =>
  classifyDatabaseError(error) === 'transient'
    ? new PosthornError('unavailable', 'The database does not answer at the moment.', {
        retryAfterSeconds: 2,
        cause: new Error(reasonOf(error), { cause: error }),
      })
    : null;
