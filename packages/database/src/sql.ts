// `@posthorn/database/sql`: what stands on statements alone, for workers and ingests, of which there are many. Prisma's client and
// its query compiler would take 30 MB of each; nothing here may import them (`npm run lint` sees to it).
export * from './accounts/accounts.ts';
export * from './accounts/find-token.ts';
export * from './classify-error.ts';
export { connectSql, type DatabaseOptions, type SqlDatabase } from './connect-sql.ts';
export * from './encryption.ts';
export * from './listeners/relay-requests.ts';
export * from './new-id.ts';
export { openSql } from './open-sql.ts';
export * from './statements/accept-events.ts';
export type * from './statements/attempt-record.ts';
export * from './statements/keep-fleet.ts';
export * from './statements/load-deliveries.ts';
export * from './statements/load-retries.ts';
export * from './statements/promote-deliveries.ts';
export * from './statements/read-database-time.ts';
export * from './statements/record-attempts.ts';
export * from './statements/settle-unsent.ts';
export * from './webhooks/load-deliverable-webhooks.ts';
