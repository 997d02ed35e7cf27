export { createDocument, type DocumentOptions, type OpenApiDocument } from './create-document.ts';
export { errorCodesOf } from './error-codes.ts';
export { type Access, type Answer, type Content, EVENT_STREAM, NDJSON, type Operation } from './operation.ts';
export { listOperations } from './operations/index.ts';
export { parametersOf } from './path-parameters.ts';
export type { JsonSchema } from './to-json-schema.ts';
