import { join } from 'node:path';
import type { Config, standaloneSettings } from '@posthorn/contracts';
import { type Logger, type RunningService, splitList } from '@posthorn/runtime';
import { startStandalone } from './app.ts';
import { renderBanner } from './banner.ts';
import { prepareDataDir } from './prepare-data-dir.ts';
import { prepareDatabase } from './prepare-database.ts';

export interface StartOptions {
  env: Config<typeof standaloneSettings>;
  logger: Logger;
  print(text: string): void;
}

const describeQueue = (redisUrl: string | undefined): string =>
  redisUrl === undefined ? 'in PostgreSQL (set REDIS_URL for Redis)' : `Redis ${new URL(redisUrl).host}`;

const describeMail = (smtpUrl: string | undefined, mailDir: string): string =>
  smtpUrl === undefined ? `.eml files in ${mailDir} (set SMTP_URL to send them)` : `SMTP ${new URL(smtpUrl).host}`;

/** Provides what the configuration leaves open (folder, keys, tokens, database), starts everything, says so. */
export const start = async ({ env, logger, print }: StartOptions): Promise<RunningService & { url: string }> => {
  const dataDir = await prepareDataDir(env.POSTHORN_DATA_DIR, {
    encryptionKeys: env.POSTHORN_ENCRYPTION_KEYS,
    adminToken: env.POSTHORN_ADMIN_TOKEN,
    token: env.POSTHORN_TOKEN,
  });
  const database = await prepareDatabase(dataDir.path, env.DATABASE_URL);
  if (database.applied.length > 0) logger.info({ migrations: database.applied }, 'migrations.applied');
  const mailDir = join(dataDir.path, 'mail');
  try {
    const standalone = await startStandalone(
      {
        ...env,
        DATABASE_URL: database.url,
        POSTHORN_ENCRYPTION_KEYS: dataDir.encryptionKeys,
        POSTHORN_ADMIN_TOKEN: dataDir.adminToken,
        POSTHORN_TOKEN: dataDir.token,
        mailDir,
      },
      logger,
    );
    logger.info({ port: standalone.port, url: standalone.url }, 'service.started');
    print(
      renderBanner({
        url: standalone.url,
        dataDir,
        database: database.description,
        queue: describeQueue(env.REDIS_URL),
        mail: describeMail(env.SMTP_URL, mailDir),
        allowCidrs: splitList(env.POSTHORN_ALLOW_CIDRS),
        hasConsole: env.CONSOLE === 'on',
      }),
    );
    return {
      url: standalone.url,
      async stop() {
        await standalone.stop();
        await database.stop();
      },
    };
  } catch (error) {
    await database.stop();
    throw error;
  }
};
