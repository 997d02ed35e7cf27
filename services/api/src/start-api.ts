import { assertMigrated, ensureDefaultAccount } from '@posthorn/database';
import { LINGER_MS, listen, type RunningService, watchPool } from '@posthorn/runtime';
import type { ApiDeps } from './api-deps.ts';
import { createApiApp } from './app.ts';

export interface ApiOptions extends Omit<ApiDeps, 'stopping'> {
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** When set, the account `default` has this token before the first request is taken. */
  defaultToken?: string | undefined;
}

/**
 * Starts the API. It takes no request before the database is known to be up to date.
 * @throws Error when the database is behind, with the command to run; when the port is taken.
 */
export const startApi = async ({
  host,
  port,
  defaultToken,
  ...deps
}: ApiOptions): Promise<RunningService & { port: number }> => {
  watchPool(deps.telemetry.registry, deps.database.pool);
  await assertMigrated(deps.database);
  if (defaultToken !== undefined) await ensureDefaultAccount(deps.database, defaultToken);
  const stopping = new AbortController();
  const app = await createApiApp({ ...deps, stopping: stopping.signal });
  const listening = await listen(app, { host, port, lingerMs: LINGER_MS });
  deps.logger.info({ host, port: listening.port }, 'service.started');
  return {
    port: listening.port,
    stop() {
      stopping.abort();
      return listening.stop();
    },
  };
};
