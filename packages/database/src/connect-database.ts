import { PrismaPg } from '@prisma/adapter-pg';
import { createStatementName, type DatabaseOptions, openPool, type SqlDatabase, sqlOver } from './connect-sql.ts';
import { PrismaClient } from './generated/client.ts';

export type { PrismaClient } from './generated/client.ts';
export { Prisma } from './generated/client.ts';

/** Access to PostgreSQL for one process, by Prisma and by statements over the same connections. Close it last. */
export interface Database extends SqlDatabase {
  prisma: PrismaClient;
}

/** Connects lazily: the first query opens the first connection. */
export const connectDatabase = (options: DatabaseOptions): Database => {
  const pool = openPool(options);
  const sql = sqlOver(pool, options);
  const adapter = new PrismaPg(pool, { statementNameGenerator: (query) => createStatementName(query.sql) });
  const prisma = new PrismaClient({ adapter, transactionOptions: { maxWait: 10_000, timeout: 30_000 } });
  return {
    ...sql,
    prisma,
    async close() {
      await prisma.$disconnect();
      await sql.close();
    },
  };
};
