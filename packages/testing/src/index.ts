export * from './create-latch.ts';
export * from './cut-database.ts';
export * from './inject-clock.ts';
export * from './start-mailbox.ts';
export * from './start-receiver.ts';
export * from './start-redis.ts';
export * from './test-servers.ts';
export * from './wait-until.ts';
