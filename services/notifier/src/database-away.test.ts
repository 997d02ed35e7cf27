import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Database } from '@posthorn/database';
import { createLatch } from '@posthorn/testing';
import { createNotifierKit, type NotifierKit } from './testing/notifier-kit.ts';
import type { MailTransport } from './transport.ts';

let kit: NotifierKit;

beforeEach(async () => {
  kit = await createNotifierKit();
});

afterEach(() => kit.close());

describe('when the database goes away', () => {
  /** Closes every connection to the test's database and lets none in, as when a server restarts. */
  const cutDatabase = async (): Promise<() => Promise<unknown>> => {
    const url = new URL(kit.databaseUrl);
    const name = url.pathname.slice(1);
    url.pathname = '/postgres';
    const { prisma } = kit.connect(url.href);
    await prisma.$executeRawUnsafe(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    await prisma.$queryRaw`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ${name}`;
    return () => prisma.$executeRawUnsafe(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
  };

  test('after the mail server accepted, this is not forgotten: the row says so once it is back, and no mail is sent again', async () => {
    const id = await kit.createNotice();
    const real = kit.smtp();
    let restore: (() => Promise<unknown>) | undefined;
    const transport: MailTransport = {
      ...real,
      send: async (mail, signal) => {
        const result = await real.send(mail, signal);
        // As if the claim ran out while the database was away: only memory keeps a second mail back.
        await kit.makeDue(1);
        restore = await cutDatabase();
        return result;
      },
    };
    const notifier = await kit.start({ transport });
    expect(await kit.log.of('notice.sent').waitFor(1)).toMatchObject([{ recorded: false }]);
    await kit.log.of('notifier.database_lost').waitFor(1);
    await restore?.();
    await kit.log.of('notifier.database_back').waitFor(1);
    expect((await kit.readNotice(id)).sent).not.toBeNull();
    await notifier.stop();
    expect(kit.mailbox.mails).toHaveLength(1);
  });

  test('a notifier that is stopped meanwhile still writes what was sent', async () => {
    const id = await kit.createNotice();
    const real = kit.smtp();
    let restore: (() => Promise<unknown>) | undefined;
    const transport: MailTransport = {
      ...real,
      send: async (mail, signal) => {
        const result = await real.send(mail, signal);
        restore = await cutDatabase();
        return result;
      },
    };
    const notifier = await kit.start({ transport, intervalMs: 60_000 });
    await kit.log.of('notifier.database_lost').waitFor(1);
    const stopped = notifier.stop();
    await restore?.();
    await stopped;
    expect((await kit.readNotice(id)).sent).not.toBeNull();
    expect(kit.log.of('notifier.stopped_unrecorded').items).toHaveLength(0);
  });

  test('the log says so once, and once that it is back, and the loop goes on', async () => {
    const looks = createLatch<number>('looks');
    const prisma = {
      $executeRaw: kit.database.prisma.$executeRaw.bind(kit.database.prisma),
      $queryRaw: (...args: Parameters<typeof kit.database.prisma.$queryRaw>) => {
        looks.push(looks.items.length);
        return looks.items.length <= 3
          ? Promise.reject(new Error('server closed the connection'))
          : kit.database.prisma.$queryRaw(...args);
      },
    } as unknown as Database['prisma'];
    const id = await kit.createNotice();
    await kit.start({ database: { ...kit.database, prisma } });
    await looks.waitFor(6);
    await kit.markedSent(id);
    expect(kit.log.of('notifier.database_lost').items).toMatchObject([
      { level: 'error', err: { message: 'server closed the connection' } },
    ]);
    expect(kit.log.of('notifier.database_back').items).toMatchObject([{ level: 'info' }]);
  });
});
