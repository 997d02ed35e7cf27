import { joinMembers, type Members, writeMembers } from '../callback/join-members.ts';
import { oncePerWebhook, prepareHeaders } from '../callback/prepare-headers.ts';
import { isFields, readFields } from '../callback/read-fields.ts';
import type { RenderedRequest, RenderInput } from '../dialect.ts';
import { appendQuery, writeQuery } from './write-query.ts';

const CUSTOMER = ['first_name', 'last_name', 'phone_number'] as const;
const USER = ['first_name', 'last_name', 'email'] as const;

/** Methods whose requests have no body: their fields travel in the URL. */
const WITHOUT_BODY: ReadonlySet<string> = new Set(['GET', 'DELETE']);

const prepare = oncePerWebhook((webhook) => {
  const hasBody = !WITHOUT_BODY.has(webhook.httpMethod);
  const defaults: Record<string, string> = hasBody ? { 'content-type': 'application/json' } : {};
  return {
    ...prepareHeaders(webhook, { defaults, reserved: new Set() }),
    hasBody,
    properties: Object.entries(webhook.properties),
  };
});

/** A person with all documented members, null where there is none, then those that the data has besides. */
const describePerson = (value: unknown, names: readonly string[]): object => {
  const given = new Map(isFields(value) ? Object.entries(value) : []);
  return Object.fromEntries(
    joinMembers(
      names.map((name) => [name, given.get(name) ?? null] as const),
      given,
    ),
  );
};

/**
 * What a callback tells, in this order: the documented fields, taken from the event's data by name, the other members of the
 * data, the webhook's properties. None of the latter replaces a field that is there.
 */
const tell = ({ event, deliveryId }: RenderInput, properties: [string, unknown][]): Members => {
  const data = new Map(Object.entries(readFields(event.data)));
  const field = (name: string): [string, unknown] => [name, data.get(name) ?? null];
  return joinMembers(
    [
      ['action', event.type],
      field('text'),
      field('from_name'),
      field('to_name'),
      field('link'),
      ['customer', describePerson(data.get('customer'), CUSTOMER)],
      ['user', describePerson(data.get('user'), USER)],
      field('message_id'),
      ['uuid', deliveryId],
      field('external_id'),
    ],
    data,
    properties,
  );
};

/**
 * `{action, text, from_name, to_name, link, customer, user}` (docs.sendsonar.com/docs/create-webhook) and `message_id`,
 * `uuid`, `external_id` (the newer docs.sendsonar.com/reference/create-webhook) by the webhook's method: as JSON, for GET
 * and DELETE in the query of the URL. `uuid` is the delivery's: the same at every attempt, another for each webhook. Not
 * signed: the system has no signature.
 */
export const renderSonar = (input: RenderInput): RenderedRequest => {
  const { webhook } = input;
  const { headers, privateHeaders, hasBody, properties } = prepare(webhook);
  const members = tell(input, properties);
  return {
    method: webhook.httpMethod,
    url: hasBody ? webhook.targetUrl : appendQuery(webhook.targetUrl, writeQuery(members)),
    headers: { ...headers },
    body: hasBody ? writeMembers(members) : null,
    privateHeaders,
  };
};
