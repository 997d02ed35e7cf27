export type { QueueSettings } from './backends.ts';
export * from './catalog.ts';
export type { ConnectionEvents } from './connect-redis.ts';
export * from './open-consumer.ts';
export * from './open-producer.ts';
