import { EVENT_STREAM, type JsonSchema, NDJSON, type OpenApiDocument } from '@posthorn/openapi';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

/** An answer as a test saw it. `path` may have a query. */
export interface SeenAnswer {
  method: string;
  path: string;
  status: number;
  headers: Headers;
  /** Parsed, but for NDJSON and server-sent events, which are text; undefined when there was none. */
  body: unknown;
}

interface Media {
  schema: JsonSchema;
}

interface Response {
  content?: Record<string, Media>;
  headers?: Record<string, unknown>;
}

const FORMATS = {
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  uuid: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  email: /@/,
};

/**
 * The document lets answers get more fields, so that clients go on working when they do. For us a field that it does not
 * name is one that was forgotten there.
 */
const closeObjects = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(closeObjects);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).map(([keyword, value]) => [keyword, closeObjects(value)]);
  const closed = Object.fromEntries(entries) as JsonSchema;
  const types: unknown[] = [closed['type']].flat();
  const isClosed = types.includes('object') && closed['properties'] !== undefined;
  return isClosed ? { additionalProperties: false, ...closed } : closed;
};

const readLines = (text: unknown): unknown[] =>
  typeof text === 'string'
    ? text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as unknown)
    : [text];

/** The data of server-sent events; each is on one line. */
const readEvents = (text: unknown): unknown[] =>
  [...String(text).matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data ?? '') as unknown);

const readValues = (type: string, body: unknown): unknown[] => {
  if (type === NDJSON) return readLines(body);
  return type === EVENT_STREAM ? readEvents(body) : [body];
};

const toPattern = (template: string): RegExp => new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`);

/** Errors that belong to no operation: a path, or a method, that there is not. */
const OF_NO_OPERATION: Record<number, string> = { 404: 'not_found', 405: 'method_not_allowed' };

/**
 * Judges answers by an OpenAPI document: status, content type, headers and every field of the body.
 * @returns what is wrong with an answer, in words; an empty list when it is as the document says.
 */
export const createAnswerJudge = (document: OpenApiDocument): ((answer: SeenAnswer) => string[]) => {
  // Closed as a whole: references then lead to closed components.
  const { components, paths } = closeObjects(document) as OpenApiDocument;
  const ajv = new Ajv2020({ strict: false, allErrors: true, formats: FORMATS });
  ajv.addSchema({ $id: 'document', components });
  const validators = new Map<Media, ValidateFunction>();
  const compile = (media: Media): ValidateFunction => {
    const known = validators.get(media);
    if (known !== undefined) return known;
    const text = JSON.stringify(media.schema).replaceAll('"#/components/', '"document#/components/');
    const validator = ajv.compile(JSON.parse(text) as JsonSchema);
    validators.set(media, validator);
    return validator;
  };
  const problem = compile({ schema: { $ref: '#/components/schemas/Problem' } });
  const templates = Object.keys(paths).map((template) => ({ template, pattern: toPattern(template) }));

  const explain = (validator: ValidateFunction): string[] =>
    (validator.errors ?? []).map(({ instancePath, message, params }) =>
      [instancePath, message, JSON.stringify(params)].join(' '),
    );

  const resolve = (response: unknown): Response => {
    const { $ref } = response as { $ref?: string };
    return (
      $ref === undefined ? response : (components.responses as Record<string, unknown>)[$ref.split('/').at(-1) ?? '']
    ) as Response;
  };

  const judgeWithoutOperation = ({ status, body }: SeenAnswer): string[] => {
    if (!problem(body)) return explain(problem);
    const { code } = body as { code: string };
    return OF_NO_OPERATION[status] === code ? [] : [`${status} ${code} at a place that the document does not have`];
  };

  const judgeResponse = ({ content, headers }: Response, answer: SeenAnswer): string[] => {
    const missing = Object.keys(headers ?? {}).filter((name) => !answer.headers.has(name));
    const problems = missing.map((name) => `the header ${name} is missing`);
    if (content === undefined) return answer.body === undefined ? problems : [...problems, 'it has a body'];
    const type = answer.headers.get('content-type')?.split(';')[0] ?? 'none';
    const media = content[type];
    if (media === undefined) return [...problems, `the content type ${type} is not in the document`];
    const validator = compile(media);
    return [
      ...problems,
      ...readValues(type, answer.body).flatMap((value) => (validator(value) ? [] : explain(validator))),
    ];
  };

  return (answer) => {
    const path = answer.path.replace(/\?.*$/s, '');
    const template = templates.find(({ pattern }) => pattern.test(path))?.template ?? '';
    const responses = paths[template]?.[answer.method.toLowerCase()]?.responses;
    if (responses === undefined) return judgeWithoutOperation(answer);
    const response = responses[String(answer.status)];
    return response === undefined
      ? [`the document has no ${answer.status} there`]
      : judgeResponse(resolve(response), answer);
  };
};

/** Throws when an answer is not as the document says. */
export const createAnswerHolder = (document: OpenApiDocument): ((answer: SeenAnswer) => void) => {
  const judge = createAnswerJudge(document);
  return (answer) => {
    const problems = judge(answer);
    if (problems.length === 0) return;
    const { method, path, status, body } = answer;
    throw new Error(
      `${method} ${path} answered ${status}, not as the document says:\n${problems.join('\n')}\n${JSON.stringify(body)}`,
    );
  };
};
