/** What the vendor's document shows of `create webhook`, as data. Parsing the document gives exactly this. */
export interface ShownDocument {
  /** Of the command: URL, method, header lines and body as they are written. */
  request: { url: string; method: string; headers: string[]; body: string };
  /** Behind the base address. */
  path: string;
  auth: string;
  parameters: [name: string, type: string, default_: string, required: boolean, in_: string][];
  answer: { status: number; text: string };
  /** Settings, their values and what turns them on. */
  settings: [name: string, values: string][];
  /** Members of the callback in their order; nested ones with their parent's name. */
  callbackMembers: string[];
}

export const SHOWN: ShownDocument = {
  request: {
    url: 'https://www.sendsonar.com/api/v1/webhooks',
    method: 'POST',
    headers: ['X-Token:YOUR_TOKEN', 'Content-Type: application/json'],
    body: '{"webhook": {"name": "Cat", "active": "true", "settings": {}, "url": "http://meow.meow", "http_method": "POST"}}',
  },
  path: '/v1/webhooks',
  auth: 'required',
  parameters: [
    ['active', 'boolean', 'false', false, 'body'],
    ['settings', 'array_object', '', false, 'body'],
    ['url', 'string', '', false, 'body'],
    ['http_method', 'string', '', false, 'body'],
    ['name', 'string', '', false, 'body'],
  ],
  answer: {
    status: 200,
    text: '{"id":2,"active":true,"settings":{"new_assigned_message":"true","new_unassigned_message":"true"},"url":"https://kittenland.com","http_method":"POST","payload":"","name":"Meow Webhook1","created_at":"2015-07-25T20:19:09.213-07:00","updated_at":"2015-08-08T16:46:20.364-07:00"}',
  },
  settings: [
    ['new_assigned_message', 'true/false'],
    ['new_unassigned_message', 'true/false'],
    ['customer_subscribed', 'true/false'],
    ['customer_unsubscribed', 'true/false'],
    ['outbound_message', 'true/false'],
  ],
  callbackMembers: [
    'action',
    'text',
    'from_name',
    'to_name',
    'link',
    'customer',
    'customer.first_name',
    'customer.last_name',
    'customer.phone_number',
    'user',
    'user.first_name',
    'user.last_name',
    'user.email',
  ],
};
