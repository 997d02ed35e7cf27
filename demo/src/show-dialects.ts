import { createHmac } from 'node:crypto';
import type { Receiver, ReceivedRequest } from '@posthorn/testing';
import type { Checks } from './checks.ts';
import type { DemoParts } from './start-demo.ts';

const SECRET = 'sk_live_9z8y7x6w5v4u3t2s1r0q';

interface DialectShow {
  system: string;
  /** The call with which a client of this system makes a webhook. */
  create: { path: string; headers: Record<string, string>; body: unknown };
  /** The webhook's id or UUID in the answer. */
  idOf(answer: unknown): string | number | undefined;
  /** What an internal service publishes. */
  event: { type: string; data: unknown };
  /** Whether the callback has this system's form. */
  holds(request: ReceivedRequest, body: Record<string, unknown>): boolean;
  claim: string;
}

const shows = ({ token }: DemoParts, url: string): DialectShow[] => [
  {
    system: 'SuperOffice',
    create: {
      path: '/api/v1/Agents/Webhook/SaveWebhook',
      headers: { authorization: `Basic ${Buffer.from(`tje0:${token}`).toString('base64')}` },
      body: { Name: 'Sales', Events: ['sale.sold'], TargetUrl: url, Secret: SECRET, State: 'Active', Type: 'webhook' },
    },
    idOf: (answer) => (answer as { WebhookId?: number }).WebhookId,
    event: { type: 'sale.sold', data: { PrimaryKey: 4711 } },
    holds: ({ headers, body: text }, body) =>
      headers['x-superoffice-event'] === 'sale.sold' &&
      headers['x-superoffice-signature'] === createHmac('sha256', SECRET).update(text).digest('base64') &&
      body['PrimaryKey'] === 4711,
    claim: 'X-SuperOffice-Signature verifies, Event and PrimaryKey are in the body',
  },
  {
    system: 'Sonar',
    create: {
      path: '/api/v1/webhooks',
      headers: { 'x-token': token },
      body: {
        webhook: { name: 'Cat', active: 'true', settings: { outbound_message: 'true' }, url, http_method: 'PUT' },
      },
    },
    idOf: (answer) => (answer as { id?: number }).id,
    event: { type: 'outbound_message', data: { text: 'Hello', customer: { first_name: 'Homer' } } },
    holds: ({ method }, body) => method === 'PUT' && body['action'] === 'outbound_message' && body['text'] === 'Hello',
    claim: 'PUT as the webhook asks, with action and text',
  },
  {
    system: 'Passona',
    create: {
      path: '/api/2.0/webhooks/',
      headers: { authorization: `Bearer ${token}` },
      body: { name: 'Example Webhook', url, headers: { 'X-Api-Key': 'k1' } },
    },
    idOf: (answer) => (answer as { data?: { uuid?: string } }).data?.uuid,
    event: { type: 'keyword.received', data: { keyword: 'WIN', message: 'WIN please', sender: '447700900123' } },
    holds: ({ headers }, body) => headers['x-api-key'] === 'k1' && body['keyword'] === 'WIN',
    claim: "its own headers and the keyword's message",
  },
  {
    system: 'Wooxy',
    create: {
      path: '/v3/webhook/create',
      headers: { 'access-token': token },
      body: { title: 'Clicks', url, domain: 'example.com', events: ['click'] },
    },
    idOf: (answer) => (answer as { config?: { id?: number } }).config?.id,
    event: { type: 'click', data: { email: 'person@example.com', id: 'm-1', userId: 'u-7' } },
    holds: (_request, body) => body['event'] === 'click' && typeof body['datetime'] === 'number',
    claim: 'event, e-mail and the time in seconds',
  },
];

const post = async (url: string, headers: Record<string, string>, body: unknown): Promise<unknown> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return response.json();
};

const parseObject = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;

/** Clients of four other systems make webhooks with their own calls, and get callbacks as those systems send them. */
export const showDialects = async (parts: DemoParts, receiver: Receiver, checks: Checks): Promise<void> => {
  receiver.answerWith({ status: 200 });
  checks.section('Clients of four other systems work unchanged');
  for (const { system, create, idOf, event, holds, claim } of shows(parts, `${receiver.url}/dialects`)) {
    const before = receiver.requests.length;
    const id = idOf(await post(`${parts.url}${create.path}`, create.headers, create.body));
    checks.check(`${system}: its own call makes a webhook`, id !== undefined, `POST ${create.path} → ${id}`);
    await parts.client.events.publish(event);
    const request = (await receiver.waitFor(before + 1))[before];
    checks.check(`${system}: ${claim}`, request !== undefined && holds(request, parseObject(request.body)));
  }
  const { items } = await parts.client.webhooks.list();
  const formats = items.map(({ format }) => format);
  checks.check(
    'the native API shows them all',
    formats.join() === 'superoffice,sonar,passona,wooxy',
    formats.join(', '),
  );
  for (const { id } of items) await parts.client.webhooks.delete(id);
};
