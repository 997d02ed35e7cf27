export * from './create-publisher.ts';
export * from './read-options.ts';
