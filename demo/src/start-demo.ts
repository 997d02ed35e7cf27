import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPosthornClient, type PosthornClient } from '@posthorn/client';
import { standaloneSettings } from '@posthorn/contracts';
import { withDialectSettings } from '@posthorn/dialects';
import { createLogger, parseConfig } from '@posthorn/runtime';
import { start } from '@posthorn/standalone';
import { type Mailbox, startMailbox } from '@posthorn/testing';

/** A running Posthorn and a mail server to look into. */
export interface DemoParts {
  url: string;
  token: string;
  client: PosthornClient;
  /** Null when notices go to a mail server of yours. */
  mailbox: Mailbox | null;
  stop(): Promise<void>;
}

/** Starts everything in this process; on your database, Redis and mail server where the environment names them. */
export const startDemo = async (
  given: Record<string, string | undefined>,
  print: (line: string) => void,
): Promise<DemoParts> => {
  const mailbox = given['SMTP_URL'] === undefined ? await startMailbox() : null;
  const dataDir = await mkdtemp(join(tmpdir(), 'posthorn-demo-'));
  const token = `ph_demo_${process.pid}_${Date.now()}`;
  const env = parseConfig(withDialectSettings(standaloneSettings), {
    DATABASE_URL: given['DATABASE_URL'],
    REDIS_URL: given['REDIS_URL'],
    SMTP_URL: given['SMTP_URL'] ?? mailbox?.url,
    QUEUE_PREFIX: 'posthorn_demo',
    POSTHORN_DATA_DIR: dataDir,
    POSTHORN_TOKEN: token,
    HOST: '127.0.0.1',
    PORT: '0',
    NOTIFIER_INTERVAL_MS: '100',
    LOG_LEVEL: 'warn',
  });
  const logger = createLogger({ service: 'demo', level: env.LOG_LEVEL });
  const running = await start({ env, logger, print: () => {} });
  print(`Posthorn runs at ${running.url}`);
  return {
    url: running.url,
    token,
    client: createPosthornClient({ baseUrl: running.url, token }),
    mailbox,
    async stop() {
      await running.stop();
      await mailbox?.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};
