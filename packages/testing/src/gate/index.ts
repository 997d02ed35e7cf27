export { type Match, matchBoth, matchStatement, matchText, POSTGRES_IDLE } from './match-bytes.ts';
export * from './start-gate.ts';
