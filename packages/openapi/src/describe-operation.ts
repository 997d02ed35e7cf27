import { ERROR_CATALOG, type ErrorCode, toProblem, PosthornError } from '@posthorn/contracts';
import type { Access, Answer, AnswerHeader, Content, Operation } from './operation.ts';
import { errorsByStatus } from './error-codes.ts';
import { PATH_PARAMETERS, parametersOf } from './path-parameters.ts';
import { type Components, type JsonSchema, toJsonSchema } from './to-json-schema.ts';

/** What operations share, filled while they are described. */
export interface Shared {
  schemas: Components;
  responses: Map<string, unknown>;
}

type Use = 'request' | 'answer';

const describeContent = (contents: readonly Content[], use: Use, { schemas }: Shared) =>
  Object.fromEntries(
    contents.map(({ mediaType, schema, examples }) => [
      mediaType,
      {
        schema: toJsonSchema(schema, { use, components: schemas }),
        examples: Object.fromEntries(
          Object.entries(examples).map(([name, value]) => [toKey(name), toExample(name, value)]),
        ),
      },
    ]),
  );

/** Names of examples are free in the table; some tools take letters and digits only. */
const toKey = (name: string): string => name.replaceAll(/[^A-Za-z0-9]+/g, '-');
const toExample = (name: string, value: unknown) => ({ summary: name, value });

const refHeaders = (names: readonly AnswerHeader[] = []) =>
  names.length === 0
    ? {}
    : { headers: Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }])) };

const describeAnswer = ({ description, contents, headers }: Answer, shared: Shared) => ({
  description,
  ...refHeaders(headers),
  ...(contents === undefined ? {} : { content: describeContent(contents, 'answer', shared) }),
});

const headersOf = (status: number): AnswerHeader[] => {
  if (status === 401) return ['WWW-Authenticate'];
  return status === 429 || status === 503 ? ['Retry-After'] : [];
};

const describeProblems = (status: number, codes: readonly ErrorCode[]) => ({
  description: codes.map((code) => `\`${code}\`: ${ERROR_CATALOG[code].title}`).join('; '),
  ...refHeaders(headersOf(status)),
  content: {
    'application/problem+json': {
      schema: { allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code: { enum: codes } } }] },
      examples: Object.fromEntries(
        codes.map((code) => [code, { value: toProblem(new PosthornError(code, `${ERROR_CATALOG[code].title}.`)) }]),
      ),
    },
  },
});

/** A reference: the same errors appear at many operations. */
const referProblems = (status: number, codes: readonly ErrorCode[], { responses }: Shared) => {
  const name = codes.join('-or-');
  if (!responses.has(name)) responses.set(name, describeProblems(status, codes));
  return { $ref: `#/components/responses/${name}` };
};

const describeResponses = (operation: Operation, shared: Shared) => {
  const answers = Object.entries(operation.answers).map(([status, answer]) => [status, describeAnswer(answer, shared)]);
  const problems = [...errorsByStatus(operation)].map(([status, codes]) => [
    String(status),
    referProblems(status, codes, shared),
  ]);
  return Object.fromEntries([...answers, ...problems]) as Record<string, unknown>;
};

const describeQuery = (query: Operation['query'], { schemas }: Shared) => {
  if (query === undefined) return [];
  const { properties = {} } = toJsonSchema(query, { use: 'request', components: schemas });
  return Object.entries(properties as Record<string, JsonSchema>).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: false,
    ...(description === undefined ? {} : { description }),
    schema,
  }));
};

const describePathParameter = (name: string) => {
  const parameter = PATH_PARAMETERS[name];
  if (parameter === undefined) throw new Error(`PATH_PARAMETERS does not describe {${name}}.`);
  return { name, in: 'path', required: true, ...parameter };
};

const ADMIN = { adminToken: [] };

/** The roles of a bearer token (OpenAPI 3.1, "Security Requirement Object"). `manage` includes `read`. */
const describeSecurity = (access: Access): Record<string, string[]>[] => {
  switch (access) {
    case 'anybody':
      return [];
    case 'admin':
      return [ADMIN];
    case 'any':
      return [{ token: [] }, ADMIN];
    case 'read':
      return [{ token: ['read'] }, { token: ['manage'] }, ADMIN];
    case 'manage':
    case 'publish':
      return [{ token: [access] }, ADMIN];
  }
};

const nameAccess = (access: Access): string => {
  switch (access) {
    case 'anybody':
      return 'Needs no token.';
    case 'admin':
      return 'Needs the admin token.';
    case 'any':
      return 'Any token, whatever its scopes.';
    default:
      return `Scope: \`${access}\`.`;
  }
};

/** Operations of an account: the admin token says which. */
const describeAccount = (access: Access) =>
  access === 'admin' || access === 'anybody' ? [] : [{ $ref: '#/components/parameters/Posthorn-Account' }];

/** An Operation Object of OpenAPI 3.1. */
export const describeOperation = (operation: Operation, shared: Shared) => {
  const { id, tag, path, summary, description, access, adminToo, query, body } = operation;
  const parameters = [
    ...parametersOf(path).map(describePathParameter),
    ...describeQuery(query, shared),
    ...describeAccount(access),
  ];
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: [description, nameAccess(access), ...(adminToo ? ['Or the admin token, for all accounts.'] : [])]
      .filter((text) => text !== undefined)
      .join('\n\n'),
    security: describeSecurity(access),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : { requestBody: { required: body.required, content: describeContent(body.contents, 'request', shared) } }),
    responses: describeResponses(operation, shared),
  };
};
