import type { ApiCall } from './api-calls.ts';

type Access = ApiCall['access'];
type Row = readonly [access: Access, method: string, path: string, example?: unknown];

const dialect = (
  name: string,
  authorize: ApiCall['authorize'],
  query: readonly string[],
  rows: readonly Row[],
): ApiCall[] =>
  rows.map(([access, method, path, example]) => ({
    name: `${name} ${method} ${path}`,
    server: 'api',
    method,
    path,
    query,
    access,
    authorize,
    ...(example === undefined ? {} : { example }),
  }));

const TARGET = 'http://127.0.0.1:9/hostile';

const superofficeWebhook = {
  WebhookId: 0,
  Name: 'of SuperOffice',
  Events: ['sale.sold'],
  TargetUrl: TARGET,
  Secret: 'sk_9z8y7x',
  State: 'Active',
  Type: 'webhook',
  Headers: { 'X-Tenant': 'north' },
  Properties: { tenant: 'north' },
  ErrorsEmail: 'sales@example.com',
};

const AGENT = '/api/v1/Agents/Webhook';
const REST = '/Cust1/api/v1/Webhook';

const superoffice = dialect(
  'superoffice',
  (token) => ({ authorization: `Basic ${Buffer.from(`api:${token}`).toString('base64')}` }),
  ['$select', 'nameFilter', 'eventFilter', 'statusFilter', 'webhookId'],
  [
    ['token', 'POST', `${AGENT}/CreateDefaultWebhook`],
    ['manage', 'POST', `${AGENT}/SaveWebhook`, superofficeWebhook],
    ['manage', 'POST', `${AGENT}/SaveWebhook?change`, { ...superofficeWebhook, WebhookId: '{webhookId}' }],
    ['manage', 'POST', `${AGENT}/DeleteWebhook?webhookId={webhookId}`],
    ['read', 'POST', `${AGENT}/GetWebhook?webhookId={webhookId}`],
    ['read', 'POST', `${AGENT}/GetAllWebhooks`, { NameFilter: 'x', EventFilter: 'sale.sold', StatusFilter: 'Active' }],
    ['manage', 'POST', `${AGENT}/TestWebhook`, { Webhook: { TargetUrl: TARGET } }],
    ['publish', 'POST', `${AGENT}/SignalEvent`, { EventName: 'button.clicked', PrimaryKey: 1, Data: { name: 'Jo' } }],
    ['read', 'POST', `${AGENT}/GetLastError`, { WebhookId: '{webhookId}' }],
    ['token', 'GET', `${AGENT}/GetLastError`],
    ['read', 'GET', REST],
    ['token', 'GET', `${REST}/default`],
    ['manage', 'POST', REST, superofficeWebhook],
    ['read', 'GET', `${REST}/{webhookId}`],
    ['manage', 'PUT', `${REST}/{webhookId}`, superofficeWebhook],
    ['manage', 'PATCH', `${REST}/{webhookId}`, { Name: 'patched' }],
    ['manage', 'PATCH', `${REST}/{webhookId}?json`, [{ op: 'replace', path: '/Name', value: 'patched' }]],
    ['manage', 'POST', `${REST}/Test`, { TargetUrl: TARGET }],
    ['publish', 'POST', `${REST}/button.clicked/123`, { name: 'Jo' }],
    ['read', 'GET', `${REST}/{webhookId}/LastError`],
    ['manage', 'DELETE', `${REST}/{webhookId}`],
  ],
);

const sonarWebhook = {
  webhook: {
    name: 'of Sonar',
    active: 'true',
    settings: { inbound_message: 'true' },
    url: TARGET,
    http_method: 'POST',
  },
};

const sonar = dialect(
  'sonar',
  (token) => ({ 'x-token': token }),
  [],
  [
    ['read', 'GET', '/api/v1/webhooks'],
    ['manage', 'POST', '/api/v1/webhooks', sonarWebhook],
    ['read', 'GET', '/api/v1/webhooks/{webhookId}'],
    ['manage', 'PUT', '/api/v1/webhooks/{webhookId}', sonarWebhook],
    ['manage', 'PATCH', '/api/v1/webhooks/{webhookId}', sonarWebhook],
    ['manage', 'DELETE', '/api/v1/webhooks/{webhookId}'],
  ],
);

const passonaWebhook = { name: 'of Passona', url: TARGET, headers: { Accept: 'application/json' } };

const passona = dialect(
  'passona',
  (token) => ({ authorization: `Bearer ${token}` }),
  ['page', 'per_page'],
  [
    ['read', 'GET', '/api/2.0/webhooks'],
    ['manage', 'POST', '/api/2.0/webhooks', passonaWebhook],
    ['read', 'GET', '/api/2.0/webhooks/{uuid}'],
    ['manage', 'PUT', '/api/2.0/webhooks/{uuid}', passonaWebhook],
    ['manage', 'PATCH', '/api/2.0/webhooks/{uuid}', { name: 'patched' }],
    ['manage', 'DELETE', '/api/2.0/webhooks/{uuid}'],
    ['manage', 'DELETE', '/api/2.0/keywords/{uuid}'],
  ],
);

const wooxyWebhook = { title: 'of Wooxy', url: TARGET, domain: 'example.com', events: ['read', 'click'] };

const wooxy = dialect(
  'wooxy',
  (token) => ({ 'access-token': token }),
  [],
  [
    ['manage', 'POST', '/v3/webhook/create', wooxyWebhook],
    ['manage', 'POST', '/v3/webhook/create?id', { ...wooxyWebhook, domain: undefined, domainId: '1' }],
    ['read', 'POST', '/v3/webhook/list', {}],
    ['manage', 'POST', '/v3/webhook/remove', { id: '{webhookId}' }],
  ],
);

/** Every call of the management APIs of the dialects, which docs/dialects.md describes. */
export const DIALECT_CALLS: readonly ApiCall[] = [...superoffice, ...sonar, ...passona, ...wooxy];
