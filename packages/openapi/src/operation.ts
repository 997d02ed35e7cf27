import type { ErrorCode, TokenScope } from '@posthorn/contracts';
import type Joi from 'joi';

export const TAGS = {
  Events: 'Publishing events, and looking at what became of them.',
  Webhooks: 'Who gets which events, where and how.',
  Deliveries: 'One event for one webhook: the log of its attempts, and sending it again.',
  Listeners: 'Receiving webhooks where no address leads to, such as a laptop: over a connection that the client opens.',
  Replays: 'Sending many deliveries of a webhook again: after an outage, or what was held.',
  Statistics: 'What happened, counted by the minute, and what happens now.',
  Notices: 'E-mails about webhooks that were switched off, sent and owed.',
  Accounts: 'Who calls; accounts and their tokens.',
  Audit: 'What was changed, by whom and from where.',
  Health: 'For load balancers, monitoring and people on call.',
} as const;

export type Tag = keyof typeof TAGS;

/**
 * One form of a body. `examples` are checked against `schema`. Of NDJSON it is a line that `schema` describes, and an
 * example is a text of several; of server-sent events it is the data of one, and an example is a text of several.
 */
export interface Content {
  mediaType: string;
  schema: Joi.Schema;
  /** By name; the first one is what a first try sends. */
  examples: Readonly<Record<string, unknown>>;
}

export interface Answer {
  description: string;
  /** None: an answer without a body. Several: the request decides which. */
  contents?: readonly Content[];
  headers?: readonly AnswerHeader[];
}

/** Headers that answers have beside those that every answer of HTTP has. */
export type AnswerHeader = 'Location' | 'Retry-After' | 'WWW-Authenticate';

/**
 * Who may call: an account's token with this scope, or the admin token that names the account; any token whatever its scopes;
 * the admin token alone; anybody.
 */
export type Access = TokenScope | 'any' | 'admin' | 'anybody';

/** All that the document says of one operation: the one place where it is said. */
export interface Operation {
  /** The `operationId`; becomes the name of a function in generated clients. */
  id: string;
  method: 'get' | 'post' | 'patch' | 'delete';
  /** With `{name}` for parameters, which `PATH_PARAMETERS` describes. */
  path: string;
  tag: Tag;
  summary: string;
  description?: string;
  access: Access;
  /** The admin token may call it without naming an account, too, and acts for all of them then. */
  adminToo?: true;
  query?: Joi.ObjectSchema;
  /** `required: false`: the call may come without any. */
  body?: { required: boolean; contents: readonly Content[] };
  /** By HTTP status. */
  answers: Readonly<Record<number, Answer>>;
  /** Error codes of its own, beside those that come with its access, parameters and body. */
  errors?: readonly ErrorCode[];
}

/** One JSON value a line (https://github.com/ndjson/ndjson-spec). */
export const NDJSON = 'application/x-ndjson';

/** Server-sent events (WHATWG HTML, "Server-sent events"). */
export const EVENT_STREAM = 'text/event-stream';

/** A JSON body with its examples. */
export const json = (schema: Joi.Schema, examples: Readonly<Record<string, unknown>>): Content => ({
  mediaType: 'application/json',
  schema,
  examples,
});

/** Lines of NDJSON with its examples, each a list of lines. */
export const linesOf = (schema: Joi.Schema, examples: Readonly<Record<string, readonly unknown[]>>): Content => ({
  mediaType: NDJSON,
  schema,
  examples: Object.fromEntries(
    Object.entries(examples).map(([name, lines]) => [name, lines.map((line) => `${JSON.stringify(line)}\n`).join('')]),
  ),
});

/** One server-sent event. */
export interface ServerSentEvent {
  event: string;
  id?: string;
  /** Written as JSON. */
  data: unknown;
}

const writeEvent = ({ event, id, data }: ServerSentEvent): string =>
  `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;

/** Server-sent events with its examples, each a list of events; `schema` describes their data. */
export const eventsOf = (
  schema: Joi.Schema,
  examples: Readonly<Record<string, readonly ServerSentEvent[]>>,
): Content => ({
  mediaType: EVENT_STREAM,
  schema,
  examples: Object.fromEntries(
    Object.entries(examples).map(([name, events]) => [name, events.map(writeEvent).join('')]),
  ),
});

/** An answer in JSON with one example. */
export const answerOf = (description: string, schema: Joi.Schema, example: unknown): Answer => ({
  description,
  contents: [json(schema, { example })],
});
