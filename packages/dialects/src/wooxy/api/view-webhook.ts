import type { DefinedWebhook, DialectView } from '@posthorn/contracts';

/** A domain as this API shows it and as a webhook keeps it. */
export interface WebhookDomain {
  id: string;
  name: string;
}

/** Of webhooks that were made elsewhere. */
const NO_DOMAIN: WebhookDomain = { id: '', name: '' };

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;

/** What a webhook keeps in `dialectData`, so that it has a domain here. */
export const keepWebhookDomain = (domain: WebhookDomain): Record<string, unknown> => ({ wooxy: { domain } });

/** The domain of a webhook; `{id: '', name: ''}` when it has none. */
export const domainOf = ({ dialectData }: Pick<DefinedWebhook, 'dialectData'>): WebhookDomain => {
  const domain = memberOf(memberOf(dialectData, 'wooxy'), 'domain');
  const [id, name] = [memberOf(domain, 'id'), memberOf(domain, 'name')];
  return typeof id === 'string' && typeof name === 'string' ? { id, name } : NO_DOMAIN;
};

/** `config` in the answer of `webhook/create`. */
export const viewConfig = (webhook: DefinedWebhook): object => ({
  id: webhook.id,
  title: webhook.name,
  url: webhook.targetUrl,
  domain: domainOf(webhook),
  events: webhook.events,
});

/** `2026-01-31 08:30:00`, in UTC. */
const viewTime = (time: Date): string => time.toISOString().slice(0, 19).replace('T', ' ');

/** One of `data` in the answer of `webhook/list`. */
export const viewListed = (webhook: DefinedWebhook): object => ({
  id: webhook.id,
  title: webhook.name,
  url: webhook.targetUrl,
  createdAt: viewTime(webhook.registered),
  domain: domainOf(webhook),
  events: webhook.events,
});

/** What `webhook/list`, which alone shows webhooks, answers with where this one is the only one. */
export const viewOf = (webhook: DefinedWebhook): DialectView => ({
  call: 'POST /v3/webhook/list',
  mediaType: 'application/json',
  body: { result: true, data: [viewListed(webhook)] },
});
