import { randomBytes, randomUUID } from 'node:crypto';
import { createPosthornClient, type PosthornClient } from '@posthorn/client';
import type { AttackedSystem } from './start-attacked-system.ts';

/** Requests about an account whose secrets are each one of a kind. */
export interface SecretRun {
  /** A webhook of the native API and of each dialect that takes secrets; their ids. */
  makeWebhooks(client: PosthornClient): Promise<number[]>;
  /** Everything that a token which may only read can read of these webhooks. */
  askEverything(ids: readonly number[]): Promise<string[]>;
  /** Answers to calls that are wrong, with a secret in what is wrong. */
  askWrongly(): Promise<string[]>;
}

export interface SecretRunOptions {
  system: AttackedSystem;
  /** Where all deliveries go, and fail. */
  receiverUrl: string;
  /** Tokens of the account: of all scopes, and of reading alone. */
  all: string;
  reader: string;
  /** Names a secret and gives its value: a new one, unless there is one already. */
  secret(name: string, value?: string): string;
}

const newSigningKey = (): string => `whsec_${randomBytes(32).toString('base64')}`;
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const basic = (token: string) => ({ authorization: `Basic ${btoa(`api:${token}`)}` });

/** Status, headers and body as one text. */
const callAt =
  ({ urls }: AttackedSystem) =>
  async (path: string, token: Record<string, string>, body?: unknown): Promise<string> => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const headers = { ...token, 'content-type': 'application/json' };
    const answer = await fetch(`${urls.api}${path}`, { ...init, headers });
    return `${answer.status} ${[...answer.headers].flat().join(' ')} ${await answer.text()}`;
  };

/** What a call that must have worked answered. */
const assertMade = (answer: string): string => {
  if (!/^20[01] /.test(answer)) throw new Error(`A webhook was not made: ${answer}`);
  return answer;
};

export const createSecretRun = ({ system, receiverUrl, all, reader, secret }: SecretRunOptions): SecretRun => {
  const call = callAt(system);

  const makeWebhooks = async (client: PosthornClient): Promise<number[]> => {
    const password = secret('password of basic auth');
    const native = await client.webhooks.create({
      name: 'native',
      events: ['sale.sold'],
      targetUrl: `${receiverUrl}/native`,
      secret: secret('secret of a webhook', newSigningKey()),
      headers: {
        'x-api-key': secret('value of a header'),
        authorization: `Basic ${btoa(`user:${password}`)}`,
      },
      errorsEmail: 'native@example.com',
    });
    secret('authorization header', `Basic ${btoa(`user:${password}`)}`);
    const superoffice = await call('/api/v1/Agents/Webhook/SaveWebhook', basic(all), {
      Name: 'superoffice',
      Events: ['sale.sold'],
      TargetUrl: `${receiverUrl}/superoffice`,
      Secret: secret('secret of SuperOffice'),
      Headers: {
        'X-API-Key': secret('header of SuperOffice'),
        Authorization: `Bearer ${secret('bearer of SuperOffice')}`,
      },
      ErrorsEmail: 'superoffice@example.com',
    });
    const passona = await call('/api/2.0/webhooks', bearer(all), {
      name: 'passona',
      url: `${receiverUrl}/passona`,
      headers: { 'X-Key': secret('header of Passona') },
    });
    const [, uuid] = /"uuid":"([^"]+)"/.exec(assertMade(passona)) ?? [];
    const { id: passonaId } = await system.database.prisma.webhook.findFirstOrThrow({ where: { uuid: uuid ?? '' } });
    await client.webhooks.update(passonaId, { events: ['sale.sold'] });
    const [, superofficeId] = /"WebhookId":(\d+)/.exec(assertMade(superoffice)) ?? [];
    // Its own schedule takes hours.
    await client.webhooks.update(Number(superofficeId), { tooManyErrors: { count: 1, forSeconds: 0 } });
    return [native.id, Number(superofficeId), passonaId];
  };

  const askEverything = async (ids: readonly number[]): Promise<string[]> => {
    const answers: string[] = [];
    const mine = createPosthornClient({ baseUrl: system.urls.api, token: reader });
    const { prisma } = system.database;
    const [event] = await prisma.event.findMany({ take: 1, where: { type: 'sale.sold' } });
    for (const id of ids) {
      answers.push(JSON.stringify(await mine.webhooks.get(id)));
      const page = await mine.webhooks.deliveries(id);
      for (const { id: deliveryId } of page.items) answers.push(JSON.stringify(await mine.deliveries.get(deliveryId)));
      for (const path of ['', '/secret', '/replays'])
        answers.push(await call(`/v1/webhooks/${id}${path}`, bearer(reader)));
      answers.push(
        await call(`/api/v1/Webhook/${id}`, basic(reader)),
        await call(`/api/v1/Webhook/${id}/LastError`, basic(reader)),
      );
      answers.push(await call(`/api/v1/webhooks/${id}`, { 'x-token': reader }));
    }
    for (const path of ['/v1/webhooks', '/api/2.0/webhooks', `/v1/events/${event?.id}`])
      answers.push(await call(path, bearer(reader)));
    answers.push(await call('/v3/webhook/list', { 'access-token': reader }, {}));
    answers.push(await call(`/api/v1/webhooks?token=${reader}`, {}));
    return answers;
  };

  const askWrongly = async (): Promise<string[]> => {
    const answers: string[] = [];
    const wrong = secret('value in a request that is refused');
    const target = { name: 'x', events: ['a.b'], targetUrl: `${receiverUrl}/wrong` };
    const bodies = [
      { ...target, secret: `whsec_${wrong}` },
      { ...target, secret: wrong },
      { ...target, headers: { 'x-key': `${wrong}\r\nx: y` } },
      { ...target, headers: { host: wrong } },
      { ...target, headers: { 'x-key': [wrong] } },
    ];
    for (const body of bodies) answers.push(await call('/v1/webhooks', bearer(all), body));
    for (const body of bodies.slice(2)) {
      const { name, targetUrl: url, ...rest } = body;
      answers.push(await call('/api/2.0/webhooks', bearer(all), { name, url, ...rest }));
    }
    const unknown = secret('token that nobody has', `ph_${randomUUID()}`);
    answers.push(await call('/v1/webhooks', bearer(unknown)), await call('/api/v1/Webhook', basic(unknown)));
    answers.push(
      await call(`/api/v1/webhooks?token=${unknown}`, {}),
      await call('/v3/webhook/list', { 'access-token': unknown }, {}),
    );
    return answers;
  };

  return { makeWebhooks, askEverything, askWrongly };
};
