import { encodeId, type NoticeFacts, type NoticeKind } from '@posthorn/contracts';
import { connectDatabase, type Database, newId, type Prisma } from '@posthorn/database';
import { createLogger, createTelemetry, type RunningService } from '@posthorn/runtime';
import { createLatch, createTestDatabase, type Latch, type Mailbox, startMailbox, waitUntil } from '@posthorn/testing';
import { type NotifierDeps, startNotifier } from '../app.ts';
import { createTransport } from '../create-transport.ts';
import type { MailTransport } from '../transport.ts';

export type LogLine = Record<string, unknown> & { message: string; level: string };

/** A logger whose lines can be awaited by their message. */
export const createTestLog = () => {
  const lines = new Map<string, Latch<LogLine>>();
  const of = (message: string): Latch<LogLine> => {
    const latch = lines.get(message) ?? createLatch<LogLine>(message);
    lines.set(message, latch);
    return latch;
  };
  const write = (text: string): void => {
    const line = JSON.parse(text) as LogLine;
    of(line.message).push(line);
  };
  return { logger: createLogger({ service: 'notifier', level: 'info', destination: { write } }), of };
};

export interface NoticeChanges {
  kind?: NoticeKind;
  facts?: Partial<NoticeFacts>;
  created?: Date;
}

/** A webhook that was switched off just now, and the notice that is owed for it. Gives the notice's id. */
const createNotice = async (
  { prisma }: Database,
  { kind = 'too_many_errors', facts: changes = {}, created = new Date() }: NoticeChanges,
): Promise<string> => {
  const state = kind === 'gone' ? 'Stopped' : 'TooManyErrors';
  const hook = { name: 'Sale Won Notification', events: ['sale.won'], targetUrl: 'https://receiver.example/hook' };
  const webhook = await prisma.webhook.create({ data: { ...hook, uuid: newId(), accountId: 1, state } });
  const facts: NoticeFacts = {
    webhookId: webhook.id,
    webhookName: hook.name,
    targetUrl: hook.targetUrl,
    events: hook.events,
    failingSince: '2026-11-21T04:05:06.000Z',
    consecutiveErrors: 20,
    changedAt: '2026-11-21T05:17:00.000Z',
    lastError: {
      at: '2026-11-21T05:17:00.000Z',
      code: 'http_status',
      message: 'The receiver answered 503.',
      status: 503,
      body: 'out of order',
      eventId: encodeId('event', newId()),
      deliveryId: encodeId('delivery', newId()),
    },
    ...changes,
  };
  const id = newId();
  const row = { id, accountId: 1, webhookId: webhook.id, kind, recipient: 'ops@receiver.example', created };
  await prisma.notice.create({ data: { ...row, facts: facts as unknown as Prisma.InputJsonObject } });
  return id;
};

/** A database, a mail server and a log for one test, and what is needed around notices. */
export const createNotifierKit = async () => {
  const closing: (() => unknown)[] = [];
  const log = createTestLog();
  const telemetry = createTelemetry();
  const clone = await createTestDatabase();

  const connect = (url = clone.url): Database => {
    const connected = connectDatabase({ url, poolSize: 6, applicationName: 'notifier-test' });
    closing.push(() => connected.close());
    return connected;
  };
  const database = connect();
  await database.prisma.account.create({ data: { id: 1, name: 'Acme' } });

  const kit = {
    log,
    /** What the notifiers of the test count together. */
    metrics: telemetry.registry,
    database,
    databaseUrl: clone.url,
    connect,
    /** Tests may put another in its place, as when a server comes back. */
    mailbox: (await startMailbox()) as Mailbox,
    smtp(): MailTransport {
      const transport = createTransport({ smtpUrl: kit.mailbox.url, mailDir: '/nowhere' });
      closing.push(() => transport.close());
      return transport;
    },
    async start(deps: Partial<NotifierDeps> = {}): Promise<RunningService> {
      const notifier = await startNotifier({
        database,
        logger: log.logger,
        telemetry,
        transport: deps.transport ?? kit.smtp(),
        intervalMs: 50,
        from: 'Posthorn <posthorn@hooks.example>',
        publicUrl: 'https://hooks.example',
        ...deps,
      });
      closing.push(() => notifier.stop());
      return notifier;
    },
    createNotice: (changes: NoticeChanges = {}) => createNotice(database, changes),
    readNotice: (id: string) => database.prisma.notice.findUniqueOrThrow({ where: { id } }),
    /** In place of waiting until the wait or the lease after a try is over; a later try is left alone. */
    makeDue: (tries: number) =>
      database.prisma.$executeRaw`UPDATE notices SET send_after = now() WHERE sent IS NULL AND tries = ${tries}`,
    markedSent: (id: string) =>
      waitUntil(`notice ${id} is marked as sent`, async () => (await kit.readNotice(id)).sent),
    unsentCount: () => database.prisma.notice.count({ where: { sent: null } }),
    /** Statements that wait for the lock of a notice. */
    async waitingWrites(): Promise<number> {
      const rows = await database.prisma.$queryRaw<unknown[]>`
        SELECT pid FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%notices%'`;
      return rows.length;
    },
    async close() {
      // Last opened, first closed; dropping the database fails if a connection was left open.
      for (const close of closing.toReversed()) await close();
      await kit.mailbox.close();
      await clone.drop();
    },
  };
  return kit;
};

export type NotifierKit = Awaited<ReturnType<typeof createNotifierKit>>;
