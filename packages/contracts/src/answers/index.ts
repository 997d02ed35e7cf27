export * from './account-answers.ts';
export * from './answer-schema.ts';
export * from './event-answers.ts';
export * from './health-answers.ts';
export * from './page-answer.ts';
export * from './problem-answer.ts';
export * from './webhook-answers.ts';
