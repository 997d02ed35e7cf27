/** A webhook as another system's documentation shows it: its secret, headers and properties move here unchanged. */
export const SAMPLE = {
  name: 'Sale Won Notification',
  events: ['sale.sold', 'sale.lost'],
  secret: 'sk_live_9z8y7x6w5v4u3t2s1r0q',
  headers: { 'X-API-Key': 'prod_api_key_12345', 'Content-Type': 'application/json' },
  properties: { fieldName: {} },
  errorsEmail: 'sales-team@example.com',
} as const;
