export { type Match, matchStatement, matchText, POSTGRES_IDLE } from './match-bytes.ts';
export * from './start-gate.ts';
