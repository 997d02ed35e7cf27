// Apart from the rest of the package: no service builds these schemas at its start. The OpenAPI document, and the tests
// that hold answers against it, are all that needs them.
export * from './account-answers.ts';
export * from './answer-schema.ts';
export * from './audit-answers.ts';
export * from './diagnosis-answers.ts';
export * from './event-answers.ts';
export * from './health-answers.ts';
export * from './live-stream-answers.ts';
export * from './lookup-answers.ts';
export * from './notice-answers.ts';
export * from './me-answers.ts';
export * from './listener-answers.ts';
export * from './page-answer.ts';
export * from './problem-answer.ts';
export * from './publish-answers.ts';
export * from './replay-answers.ts';
export * from './stats-answers.ts';
export * from './webhook-answers.ts';
