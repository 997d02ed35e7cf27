/** A request and its answer as a document shows them: lines of the head, and the body. */
export interface ShownRequest {
  /** Below `../shared/seeds`, beside the checkout. */
  file: string;
  /** Calls that the document writes out in one line. */
  calls: string[];
  request: { head: string[]; body: string };
  response: { head: string[]; body: string };
}

export const SAVE_WEBHOOK: ShownRequest = {
  file: 'superoffice-save-webhook.txt',
  calls: ['POST /api/v1/Agents/Webhook/SaveWebhook'],
  request: {
    head: [
      'POST /api/v1/Agents/Webhook/SaveWebhook',
      'Authorization: Basic dGplMDpUamUw',
      'Accept: application/json; charset=utf-8',
      'Accept-Language: sv',
      'Content-Type: application/json; charset=utf-8',
    ],
    body: [
      '{',
      '"WebhookId": 541,',
      '"Name": "Ondricka Group",',
      '"Events": [',
      '"ad",',
      '"vero"',
      '],',
      '"TargetUrl": "http://www.example.com/",',
      '"Secret": "beatae",',
      '"State": "Active",',
      '"Type": "et",',
      '"Headers": {',
      '"Headers1": "ut",',
      '"Headers2": "vel"',
      '},',
      '"Properties": {',
      '"fieldName": {}',
      '},',
      '"Registered": "2004-03-28T10:11:01.8786829+02:00",',
      '"RegisteredAssociate": null,',
      '"Updated": "2024-10-14T10:11:01.8786829+02:00",',
      '"UpdatedAssociate": null,',
      '"ErrorsEmail": "adolph.olson@maggioconroy.us"',
      '}',
    ].join('\n'),
  },
  response: {
    head: ['HTTP/1.1 200 OK', 'Content-Type: application/json; charset=utf-8'],
    body: [
      '{',
      '"WebhookId": 2,',
      '"Name": "Sale Won Notification",',
      '"Events": [',
      '"sale.sold",',
      '"sale.lost"',
      '],',
      '"TargetUrl": "https://crm.example.com/api/webhooks/sales",',
      '"Secret": "sk_live_9z8y7x6w5v4u3t2s1r0q",',
      '"State": "Active",',
      '"Type": "webhook",',
      '"Headers": {',
      '"X-API-Key": "prod_api_key_12345",',
      '"Content-Type": "application/json"',
      '},',
      '"Properties": {',
      '"fieldName": {}',
      '},',
      '"Registered": "2024-03-20T14:15:00+01:00",',
      '"RegisteredAssociate": null,',
      '"Updated": "2024-11-28T11:00:00+01:00",',
      '"UpdatedAssociate": null,',
      '"ErrorsEmail": "sales-team@example.com"',
      '}',
    ].join('\n'),
  },
};

export const GET_ALL_WEBHOOKS: ShownRequest = {
  file: 'superoffice-get-all-webhooks.txt',
  calls: [
    'POST /api/v1/Agents/Webhook/GetAllWebhooks',
    'POST /api/v1/Agents/Webhook/GetAllWebhooks?$select=name,department,category/id',
  ],
  request: {
    head: [
      'POST /api/v1/Agents/Webhook/GetAllWebhooks',
      'Authorization: Basic dGplMDpUamUw',
      'Accept: application/json; charset=utf-8',
      'Accept-Language: sv',
      'Content-Type: application/json; charset=utf-8',
    ],
    body: ['{', '"NameFilter": "Johns Inc and Sons",', '"EventFilter": "qui",', '"StatusFilter": "Active"', '}'].join(
      '\n',
    ),
  },
  response: {
    head: ['HTTP/1.1 200 OK', 'Content-Type: application/json; charset=utf-8'],
    body: [
      '[',
      '{',
      '"WebhookId": 3,',
      '"Name": "Ticket System Integration",',
      '"Events": [',
      '"ticket.created",',
      '"ticket.changed"',
      '],',
      '"TargetUrl": "https://support.example.com/api/webhooks/tickets",',
      '"Secret": "sk_live_a1b2c3d4e5f6g7h8i9j0",',
      '"State": "Active",',
      '"Type": "webhook",',
      '"Headers": {',
      '"X-Service-Key": "support_integration_v2",',
      '"X-Webhook-Version": "1.0"',
      '},',
      '"Properties": {',
      '"fieldName": {}',
      '},',
      '"Registered": "2024-06-10T08:30:00+02:00",',
      '"RegisteredAssociate": null,',
      '"Updated": "2024-11-28T09:45:00+01:00",',
      '"UpdatedAssociate": null,',
      '"ErrorsEmail": "support-admin@example.com"',
      '}',
      ']',
    ].join('\n'),
  },
};
