import { expect, test } from '@jest/globals';
import { createWebhookSchema, patchWebhookSchema } from '@posthorn/contracts';
import type { WebhookView } from '../api/types.ts';
import { bodyOfForm, createBodyOf, EMPTY_FORM, formOfWebhook, patchBodyOf, type WebhookForm } from './webhook-form.ts';

const bodyOf = (form: WebhookForm) => {
  const made = bodyOfForm(form);
  if ('errors' in made) throw new Error(JSON.stringify(made.errors));
  return made.body;
};

const filled: WebhookForm = {
  ...EMPTY_FORM,
  name: 'CRM',
  events: 'contact.*, order.created\nsale.won',
  targetUrl: ' https://crm.example.com/hooks ',
  headers: 'Authorization: Bearer a:b\n\nX-Empty:',
  properties: '{"tenant":"north"}',
  timeoutMs: '5000',
  'rateLimit.perSecond': '0.5',
  'retry.delaysSeconds': '5, 300 1800',
  'tooManyErrors.count': '3',
  'tooManyErrors.forSeconds': '0',
};

test('a form becomes the body that the API takes', () => {
  const body = createBodyOf(filled, bodyOf(filled));
  expect(body).toEqual({
    name: 'CRM',
    events: ['contact.*', 'order.created', 'sale.won'],
    targetUrl: 'https://crm.example.com/hooks',
    state: 'Active',
    httpMethod: 'POST',
    format: 'standard',
    errorsEmail: null,
    headers: { Authorization: 'Bearer a:b', 'X-Empty': '' },
    properties: { tenant: 'north' },
    timeoutMs: 5000,
    successStatus: null,
    rateLimit: { perSecond: 0.5 },
    maxInFlight: null,
    retry: { delaysSeconds: [5, 300, 1800] },
    tooManyErrors: { count: 3, forSeconds: 0 },
  });
  expect(createWebhookSchema(['standard']).validate(body).error).toBeUndefined();
});

test('properties that are no object are told at their field before anything is sent', () => {
  for (const properties of ['[1]', '7', '{"a":', 'null']) {
    expect(bodyOfForm({ ...filled, properties })).toMatchObject({ errors: [{ path: '/properties' }] });
  }
});

test('a number that is none goes to the server as it is, which says what is wrong with it', () => {
  const body = bodyOf({ ...filled, timeoutMs: 'soon' });
  const { error } = patchWebhookSchema.validate(body, { convert: false });
  expect(error?.details[0]?.path).toEqual(['timeoutMs']);
});

const webhook: WebhookView = {
  id: 7,
  uuid: '0',
  name: 'CRM',
  events: ['contact.*'],
  targetUrl: 'https://crm.example.com/hooks',
  type: 'webhook',
  state: 'TooManyErrors',
  stateReason: null,
  headers: { 'X-Tenant': 'north' },
  properties: { a: { b: [1] } },
  errorsEmail: 'ops@example.com',
  httpMethod: 'PUT',
  format: 'standard',
  retry: { delaysSeconds: [1, 2], jitter: 0.1 },
  timeoutMs: 5000,
  consecutiveErrors: 3,
  failingSince: null,
  lastError: null,
  registered: '2026-01-31T08:30:00.000Z',
  registeredBy: null,
  updated: '2026-01-31T08:30:00.000Z',
  updatedBy: null,
};

test('a form that was not touched changes nothing, and keeps a state that a person cannot set', () => {
  const form = formOfWebhook(webhook);
  expect(patchBodyOf(bodyOf(form), bodyOf(form))).toEqual({});
  expect(bodyOf(form)).not.toHaveProperty('state');
});

test('what was changed is sent, and nothing else; an emptied policy goes back to the default', () => {
  const form = formOfWebhook(webhook);
  const changed = { ...form, name: 'CRM 2', timeoutMs: '', state: 'Active' };
  expect(patchBodyOf(bodyOf(form), bodyOf(changed))).toEqual({ name: 'CRM 2', timeoutMs: null, state: 'Active' });
});
