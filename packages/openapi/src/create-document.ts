import { VERSION } from '@posthorn/contracts';
import { problemAnswer } from '@posthorn/contracts/answers';
import { CALLBACK, DELIVERED_EVENT } from './callback.ts';
import { DESCRIPTION } from './describe-api.ts';
import { describeOperation, type Shared } from './describe-operation.ts';
import { TAGS } from './operation.ts';
import { listOperations } from './operations/index.ts';
import { toJsonSchema } from './to-json-schema.ts';

export interface DocumentOptions {
  /** Names of the registered callback formats. */
  formats: readonly string[];
  /** Where the API is. Default: where the document comes from. */
  serverUrl?: string | undefined;
}

/** The whole document: JSON that is OpenAPI 3.1. */
export type OpenApiDocument = ReturnType<typeof createDocument>;

const HEADERS = {
  Location: { description: 'Where the new thing is.', schema: { type: 'string' } },
  'Retry-After': { description: 'Seconds after which another try makes sense.', schema: { type: 'integer' } },
  'WWW-Authenticate': { description: 'Asks for a bearer token.', schema: { type: 'string' } },
};

const PARAMETERS = {
  'Posthorn-Account': {
    name: 'Posthorn-Account',
    in: 'header',
    required: false,
    description:
      'The account that the admin token acts for, which needs it. With the token of an account it may be left out.',
    schema: { type: 'integer', minimum: 1, maximum: 2_147_483_647 },
  },
};

const SECURITY_SCHEMES = {
  token: {
    type: 'http',
    scheme: 'bearer',
    description:
      'A token of an account, with scopes. `npm start` prints one; `POST /v1/accounts/{accountId}/tokens` makes more.',
  },
  adminToken: {
    type: 'http',
    scheme: 'bearer',
    description:
      'The admin token (setting `POSTHORN_ADMIN_TOKEN`). It belongs to no account and acts for the one that the header `Posthorn-Account` names.',
  },
};

const sortByName = <T>(map: ReadonlyMap<string, T>): Record<string, T> =>
  Object.fromEntries([...map].sort(([one], [other]) => (one < other ? -1 : 1)));

/** Describes the native API, made from the schemas that validate and the table of operations. */
export const createDocument = ({ formats, serverUrl = '/' }: DocumentOptions) => {
  const shared: Shared = { schemas: new Map([['DeliveredEvent', DELIVERED_EVENT]]), responses: new Map() };
  toJsonSchema(problemAnswer, { use: 'answer', components: shared.schemas });
  const paths: Record<string, Record<string, ReturnType<typeof describeOperation>>> = {};
  for (const operation of listOperations(formats)) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: describeOperation(operation, shared) };
  }
  return {
    openapi: '3.1.1',
    info: { title: 'Posthorn', summary: 'Webhook delivery', version: VERSION, description: DESCRIPTION },
    servers: [{ url: serverUrl }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    security: [{ token: [] }],
    paths,
    webhooks: { delivery: CALLBACK },
    components: {
      schemas: sortByName(shared.schemas),
      responses: sortByName(shared.responses),
      parameters: PARAMETERS,
      headers: HEADERS,
      securitySchemes: SECURITY_SCHEMES,
    },
  };
};
