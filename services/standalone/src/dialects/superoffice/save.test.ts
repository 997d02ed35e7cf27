import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Receiver, startReceiver } from '@posthorn/testing';
import { AGENT, KEYS, startSuperOffice, type SuperOffice } from '../../testing/start-superoffice.ts';

let so: SuperOffice;
let receiver: Receiver;

beforeAll(async () => {
  [so, receiver] = await Promise.all([startSuperOffice(), startReceiver({ status: 200, body: 'thanks' })]);
});
afterAll(async () => {
  await so.close();
  await receiver.close();
});

const post = (method: string, body?: unknown) => so.call('POST', `${AGENT}/${method}`, { body });

const contacts = () => ({
  Name: 'Contact Handler',
  Events: ['contact.created', 'contact.changed'],
  TargetUrl: receiver.url,
  Secret: 'Something Super Secret',
  ErrorsEmail: 'username@example.com',
});

const create = async (values: object = {}) => (await post('SaveWebhook', { ...contacts(), ...values })).body;

describe('CreateDefaultWebhook', () => {
  test('gives a webhook to fill in, all 14 properties in order, and stores nothing', async () => {
    const before = (await post('GetAllWebhooks')).items.length;
    const answer = await post('CreateDefaultWebhook');
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.text).toBe(
      '{"WebhookId":0,"Name":null,"Events":["contact.created","contact.deleted"],"TargetUrl":null,"Secret":null,' +
        '"State":"Active","Type":"webhook","Headers":null,"Properties":null,"Registered":"0001-01-01T00:00:00",' +
        '"RegisteredAssociate":null,"Updated":"0001-01-01T00:00:00","UpdatedAssociate":null,"ErrorsEmail":null}',
    );
    expect((await post('GetAllWebhooks')).items).toHaveLength(before);
    // It can be filled in and saved as it is.
    const saved = await post('SaveWebhook', { ...answer.body, Name: 'x', TargetUrl: receiver.url });
    expect(saved.body).toMatchObject({ Name: 'x', State: 'Active', Events: ['contact.created', 'contact.deleted'] });
  });
});

describe('SaveWebhook', () => {
  test('creates when WebhookId is 0, null or missing, ignoring what the server decides', async () => {
    const ids = new Set<unknown>();
    for (const WebhookId of [0, null, undefined, '0']) {
      const given = { WebhookId, Registered: '2004-03-28T10:11:01.87+02:00', RegisteredAssociate: { AssociateId: 3 } };
      const saved = await create({ ...given, Updated: '2004-03-28T10:11:01Z' });
      expect(Object.keys(saved)).toEqual(KEYS);
      expect(saved).toMatchObject({ ...contacts(), State: 'Active', Type: 'webhook', Headers: null, Properties: null });
      expect(saved).toMatchObject({ RegisteredAssociate: null, UpdatedAssociate: null });
      expect(Math.abs(Date.parse(saved['Registered'] as string) - Date.now())).toBeLessThan(60_000);
      expect(saved['Updated']).toBe(saved['Registered']);
      expect(saved['Registered']).toMatch(/Z$/);
      ids.add(saved['WebhookId']);
    }
    expect(ids.size).toBe(4);
  });

  test('with an id replaces the webhook: what is left out becomes its default, Registered stays', async () => {
    const before = await create({ Headers: { 'X-Key': 'v' }, Properties: { a: { b: 1 } }, State: 'Stopped' });
    const { status, body } = await post('SaveWebhook', { WebhookId: before['WebhookId'], TargetUrl: receiver.url });
    expect(status).toBe(200);
    expect(body).toEqual({
      ...before,
      Name: null,
      Events: [],
      Secret: null,
      State: 'Active',
      Headers: null,
      Properties: null,
      Updated: body['Updated'],
      ErrorsEmail: null,
    });
    expect(Date.parse(body['Updated'] as string)).toBeGreaterThanOrEqual(Date.parse(before['Updated'] as string));
  });

  test('reads names in any letter case, numbers in text, states by number, and events once', async () => {
    const saved = await post('savewebhook/', {
      webhookid: '0',
      NAME: 5,
      events: ['a.b', 'a.b', ' a.c '],
      targeturl: receiver.url,
      state: 2,
      TYPE: '',
      ErrorEmails: ['new@example.com'],
      Description: 'of a newer version',
      NotifyVia: 'Email',
    });
    expect(saved.body).toMatchObject({ Name: '5', Events: ['a.b', 'a.c'], State: 'Stopped', Type: 'webhook' });
  });

  test('an id that is not there is a 404 with the error object, and nothing is created', async () => {
    const before = (await post('GetAllWebhooks')).items.length;
    for (const WebhookId of [987_654, -1]) {
      const answer = await post('SaveWebhook', { ...contacts(), WebhookId });
      expect(answer.status).toBe(404);
      expect(answer.text).toBe(
        `{"Error":true,"ErrorType":"SoNotFoundException","ErrorMessage":"Webhook id ${WebhookId} not found","ErrorSource":"Posthorn"}`,
      );
    }
    expect((await post('GetAllWebhooks')).items).toHaveLength(before);
  });

  test.each([
    ['WebhookId', 'x'],
    ['WebhookId', 1e12],
    ['WebhookId', {}],
    ['Name', {}],
    ['Events', { a: 1 }],
    ['Events', [[1]]],
    ['TargetUrl', ['x']],
    ['Secret', {}],
    ['State', 'Sleeping'],
    ['State', 7],
    ['Type', []],
    ['Headers', 'x'],
    ['Headers', { a: {} }],
    ['Properties', 7],
    ['ErrorsEmail', {}],
  ])('%s as %j cannot be read: 400 with Message and MessageDetail', async (name, value) => {
    const answer = await post('SaveWebhook', { ...contacts(), [name]: value });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({
      Message: 'The request is invalid.',
      MessageDetail: expect.stringMatching(new RegExp(`^${name}`)),
    });
  });

  test.each([
    ['Name', 'x'.repeat(401)],
    ['Name', 'a\0b'],
    ['Name', '\ud800'],
    ['Events', ['a,b']],
    ['Events', ['x'.repeat(201)]],
    ['Events', Array.from({ length: 201 }, (_, index) => `a.b${index}`)],
    ['TargetUrl', ''],
    ['TargetUrl', 'not a url'],
    ['TargetUrl', 'ftp://example.com/'],
    ['TargetUrl', 'http://169.254.169.254/'],
    ['TargetUrl', `https://example.com/${'x'.repeat(4000)}`],
    ['Secret', 'x'.repeat(401)],
    ['Type', 'x'.repeat(101)],
    ['Headers', { Host: 'x' }],
    ['Headers', { 'X-A': 'a\r\nb: c' }],
    ['Headers', { 'X-A': 'a', 'x-a': 'b' }],
    ['Headers', { 'a b': 'c' }],
    ['Headers', { 'X-SuperOffice-Signature': 'x' }],
    ['Headers', JSON.parse('{"__proto__":"x"}')],
    ['Properties', { a: 'x'.repeat(17_000) }],
    ['Properties', JSON.parse('{"__proto__":{"x":1}}')],
    ['Properties', { a: '\0' }],
    ['ErrorsEmail', 'not an address'],
  ])('%s (%#) is refused by the rules: 400 with the error object', async (name, value) => {
    const before = (await post('GetAllWebhooks')).items.length;
    const answer = await post('SaveWebhook', { ...contacts(), [name]: value });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ Error: true, ErrorType: 'SoArgumentException' });
    expect(answer.body['ErrorMessage']).toMatch(new RegExp(name));
    expect((await post('GetAllWebhooks')).items).toHaveLength(before);
  });

  test.each([[undefined], ['null'], ['[]'], ['"x"'], ['7']])('a body of %p is none of a webhook: 400', async (body) => {
    const answer = await so.call('POST', `${AGENT}/SaveWebhook`, {
      body,
      headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
    });
    expect(answer.status).toBe(400);
    expect(answer.body['Message']).toBe('The request is invalid.');
  });

  test('a TargetUrl that names a script is judged by nobody', async () => {
    expect(await create({ Type: 'crmscript', TargetUrl: 'MyScript' })).toMatchObject({ TargetUrl: 'MyScript' });
  });
});
