export * from './connect-database.ts';
export * from './encryption.ts';
export * from './migrate/apply-migrations.ts';
export * from './migrate/check-migrations.ts';
export * from './migrate/write-migration.ts';
export * from './new-id.ts';
export * from './partitions.ts';
export * from './webhooks/load-deliverable-webhooks.ts';
