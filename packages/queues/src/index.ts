export type { QueueSettings } from '@posthorn/contracts';
export * from './catalog.ts';
export type { ConnectionEvents } from './connection-events.ts';
export * from './open-consumer.ts';
export * from './open-producer.ts';
