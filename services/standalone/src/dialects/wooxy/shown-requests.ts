/** What the vendor's document shows of `webhook/create`, as data. Parsing the document gives exactly this. */
export interface ShownDocument {
  /** Where the example in PHP sends its request. */
  url: string;
  /** The body that is shown on its own: a comma is missing and another too many, so that it is no JSON. */
  bodyExample: string;
  /** Name, whether it is required, and type of each parameter. */
  parameters: [name: string, presence: string, type: string][];
  /** The array that the example in PHP encodes, its lists with their single member. */
  body: Record<string, string | string[]>;
  /** The lines of CURLOPT_HTTPHEADER. */
  headers: string[];
  answer: { result: boolean; config: Record<string, unknown> };
  /** Name and type of each member of the answer. */
  answerMembers: [name: string, type: string][];
  errorAnswer: { result: boolean; errors: string[] };
  /** In their order; some are listed twice. */
  errors: string[];
}

export const SHOWN: ShownDocument = {
  url: 'https://api.wooxy.com/v3/webhook/create',
  bodyExample: [
    '{',
    '"title": "YOUR_WEBHOOK_TITLE",',
    '"url": "YOUR_WEBHOOK_URL",',
    '"domainId": "YOUR_DOMAINID"',
    '"domain": "YOUR_DOMAIN",',
    '"events": [',
    '"Object of Webhook Events",',
    ']',
    '}',
  ].join('\n'),
  parameters: [
    ['title', 'required', 'string'],
    ['domainId', 'optional', 'string'],
    ['domain', 'optional', 'string'],
    ['url', 'required', 'string'],
    ['events', 'required', 'array'],
  ],
  body: {
    title: 'YOUR_WEBHOOK_TITLE',
    url: 'YOUR_WEBHOOK_URL',
    domainId: 'YOUR_DOMAIN_ID',
    domain: 'YOUR_DOMAIN',
    events: ['Object of Webhook Events'],
  },
  headers: ['Access-Token: $accessToken', 'Content-Type: application/json', 'Content-Length: '],
  answer: {
    result: true,
    config: {
      id: 'YOUR_WEBHOOK_ID',
      title: 'YOUR_WEBHOOK_TITLE',
      url: 'YOUR_WEBHOOK_URL',
      domain: { id: 'YOUR_DOMAIN_ID', name: 'YOUR_DOMAIN_NAME' },
      events: ['Selected WebHook Events'],
    },
  },
  answerMembers: [
    ['result', 'boolean'],
    ['config', 'object'],
    ['config.id', 'integer'],
    ['config.title', 'string'],
    ['config.url', 'string'],
    ['config.domain', 'string'],
    ['config.domain.id', 'string'],
    ['config.domain.name', 'string'],
    ['config.events', 'array'],
  ],
  errorAnswer: { result: false, errors: ['Error description text'] },
  errors: [
    'Argument title must be a string',
    'Argument title must be a non-empty string',
    'Argument title must be a string with max length within 250 characters',
    'Argument domainId must be a non-empty string',
    'Domains limit {limit} is reached',
    'Domain {id} not found',
    'Domain {id} is not verified',
    'Domain was already verified. Please contact our support',
    'Domain has not subdomain for DNS. Please contact our support',
    'Argument domain must be a non-empty string',
    'Argument domain must be a valid domain name',
    'Domain {domain} is already registered',
    'Domain {domain} is on removing stage. Try to create it later',
    'Domain {domain} is a registered ESP',
    'Domain {domain} has unknown TLD',
    'Domains limit {limit} is reached',
    'Argument url must be a non-empty string',
    'Argument url must be a valid URI',
    'Argument url can not be longer than 2048',
    'Argument events must be an array of allowed event names',
    'Each event must be a not empty string with registered event type',
    'Event type {event} is duplicated as {double}',
    'Event type {event} is not registered',
    'Minimum one unique domain identification (domainId or domain) is required.',
    'Only one domain identifier is allowed',
    'Web hook with such URL is already registered for selected domain',
    'Domain {id} not found',
    'Domain {id} is not verified',
    'Invalid authorization token!',
    'Internal server error',
    'Bad Request',
    'no matches found for access token {accessToken}',
    'user {id} not enabled',
    'no data found for key {userId}',
    'access token check failed for key/secret $key/$accessToken',
    'Argument {argument} required',
  ],
};
