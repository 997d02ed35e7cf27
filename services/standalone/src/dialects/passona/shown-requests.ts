/** One call of the vendor's document, as data. */
export interface ShownCall {
  /** What stands above it: method and path with an example's uuid. */
  heading: string;
  /** What stands in its box. */
  title: { method: string; path: string };
  /** Of the command: method (null: as curl chooses), URL, header lines, body as it is written (null: none). */
  request: { method: string | null; url: string; headers: string[]; body: string | null };
  /** The text of the answer; null where it has none. */
  answer: string | null;
}

const HEADERS = [
  'Authorization: Bearer B1gooyw1FlLcITdn2nd4vfem4b4YYogJUGjVTnrrSTOt2T5hCFnS2xpANsYd',
  'Accept: application/json',
  'Content-Type: application/json',
];
const ONE = 'https://passona.co.uk/api/2.0/webhooks/a3377a90-fbbf-11e9-8044-0242ac120009';

const webhookWith = (url: string): object => ({
  name: 'Example Webhook',
  uuid: 'a3377a90-fbbf-11e9-8044-0242ac120009',
  url,
  headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
  links: [{ rel: 'self', uri: 'http://passona.test/api/2.0/webhooks/a3377a90-fbbf-11e9-8044-0242ac120009' }],
});

const print = (value: object): string => JSON.stringify(value, null, 4);
const edited = 'https://digitonic.co.uk/webhook/update';

/** All calls, in the order of the document. Parsing the document gives exactly this. */
export const SHOWN: ShownCall[] = [
  {
    heading: 'POST/api/2.0/webhooks/',
    title: { method: 'POST', path: '/api/2.0/webhooks/' },
    request: {
      method: null,
      url: 'https://passona.co.uk/api/2.0/webhooks/',
      headers: HEADERS,
      body: print({
        name: 'Example Webhook',
        url: 'https://digitonic.co.uk/webhook',
        headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
      }),
    },
    answer: print({ data: webhookWith('https://digitonic.co.uk/webhook') }),
  },
  {
    heading: 'PUT/api/2.0/webhooks/dc8a7564-fb1e-11e9-abb5-0242ac120008',
    title: { method: 'PUT', path: '/api/2.0/webhooks/dc8a7564-fb1e-11e9-abb5-0242ac120008' },
    request: { method: 'PUT', url: ONE, headers: HEADERS, body: print({ name: 'Example Webhook', url: edited }) },
    answer: print({ data: webhookWith(edited) }),
  },
  {
    heading: 'GET/api/2.0/webhooks/f3357bfe-fb20-11e9-93ef-0242ac120008ds',
    title: { method: 'GET', path: '/api/2.0/webhooks/f3357bfe-fb20-11e9-93ef-0242ac120008ds' },
    request: { method: null, url: ONE, headers: HEADERS, body: null },
    answer: print({ data: webhookWith(edited) }),
  },
  {
    heading: 'GET/api/2.0/webhooks',
    title: { method: 'GET', path: '/api/2.0/webhooks' },
    request: { method: null, url: 'https://passona.co.uk/api/2.0/webhooks/', headers: HEADERS, body: null },
    answer: print({
      data: [webhookWith(edited)],
      links: {
        first: 'http://passona.test/api/2.0/webhooks?page=1',
        last: 'http://passona.test/api/2.0/webhooks?page=1',
        prev: null,
        next: null,
      },
      meta: {
        current_page: 1,
        from: 1,
        last_page: 1,
        path: 'http://passona.test/api/2.0/webhooks',
        per_page: 15,
        to: 1,
        total: 1,
      },
    }),
  },
  {
    heading: 'DELETE/api/2.0/webhooks/ae1fc0f8-fb28-11e9-87dc-0242ac120008',
    // As it stands there: another path than above it and in the command.
    title: { method: 'DELETE', path: '/api/2.0/keywords/ae1fc0f8-fb28-11e9-87dc-0242ac120008' },
    request: { method: 'DELETE', url: ONE, headers: HEADERS, body: null },
    answer: null,
  },
];
