import { connectDatabase } from '@posthorn/database';

/**
 * Ends every connection to a database and lets none in, as when its server restarts.
 * @returns what lets them in again.
 */
export const cutDatabase = async (databaseUrl: string): Promise<() => Promise<void>> => {
  const url = new URL(databaseUrl);
  const name = url.pathname.slice(1);
  url.pathname = '/postgres';
  const server = connectDatabase({ url: url.href, poolSize: 1, applicationName: 'test' });
  await server.prisma.$executeRawUnsafe(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
  await server.prisma.$queryRaw`SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity WHERE datname = ${name}`;
  return async () => {
    await server.prisma.$executeRawUnsafe(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
    await server.close();
  };
};
