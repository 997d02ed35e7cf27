import { type SqlDatabase, type Encryption, findAccount, findToken, findTokenById } from '@posthorn/database/sql';
import {
  type AdminAccess,
  createConsoleSessions,
  createFailureLimiter,
  createIdentifyCaller,
  type FailureLimiter,
  type IdentifyCaller,
  isSameToken,
  limitFailures,
  type Logger,
  type Telemetry,
} from '@posthorn/runtime';
import type { Request } from 'express';
import { cacheTokens } from './cache-tokens.ts';
import type { IngestLimits } from './read-limits.ts';

interface PublisherDeps {
  database: SqlDatabase;
  logger: Logger;
  telemetry: Pick<Telemetry, 'registry'>;
  limits: IngestLimits;
  adminToken?: string | undefined;
  encryption?: Encryption | undefined;
  publicUrl?: string | null;
}

/** Who publishes. */
export interface Publishers {
  identify: IdentifyCaller;
  /** Null while the client of a stream may publish: a token can be revoked while it is used. */
  mayGoOn(request: Request): Promise<'unauthenticated' | 'unavailable' | null>;
}

const NO_LIMIT = 0;
/** For credentials that were right a moment ago: none of them is a guess. */
const UNCOUNTED: FailureLimiter = { check: ({ tokenValue }, find) => find(tokenValue) };

/**
 * Tokens of accounts, and as far as ingest was told how to know them the admin token, which names the account, and sessions of
 * the console.
 */
export const createPublishers = (deps: PublisherDeps): Publishers => {
  const { database, logger, telemetry, limits, adminToken, encryption, publicUrl = null } = deps;
  const watch = { logger, registry: telemetry.registry };
  const find = cacheTokens((tokenValue) => findToken(database, tokenValue));
  const findById = (tokenId: string) => findTokenById(database, tokenId);
  const admin: AdminAccess | undefined =
    adminToken === undefined
      ? undefined
      : { isAdmin: isSameToken(adminToken), findAccount: (id) => findAccount(database, id) };

  const createIdentify = (failures: FailureLimiter): IdentifyCaller => {
    const sessions =
      adminToken === undefined || encryption === undefined
        ? undefined
        : createConsoleSessions({ encryption, adminToken, findTokenById: findById, failures, publicUrl });
    return createIdentifyCaller({ findHolder: limitFailures(failures, find), admin, findSession: sessions?.find });
  };

  const identifyAgain = createIdentify(UNCOUNTED);
  return {
    identify: createIdentify(createFailureLimiter(limits.authFailuresPerMinute ?? NO_LIMIT, watch)),
    async mayGoOn(request) {
      try {
        return (await identifyAgain(request)) === null ? 'unauthenticated' : null;
      } catch {
        return 'unavailable';
      }
    },
  };
};
