import { type Answer, NO_CONTENT, type Operation } from './call.ts';
import { describeLastError } from '../describe-last-error.ts';
import { listWebhooks } from './list-webhooks.ts';
import { isObject, membersOf } from './properties.ts';
import { readEntity, readOptionalMembers, readRequiredId } from './read-parameters.ts';
import { readWebhook, readWebhookId } from './read-webhook.ts';
import { changeWebhook, createWebhook } from './save-webhook.ts';
import { selectProperties } from './select-properties.ts';
import { defaultWebhook, showWebhook } from './show-webhook.ts';
import { signalEvent } from './signal-event.ts';
import { testWebhook } from './test-webhook.ts';

/** A method of the Webhook agent: called by POST, described by GET. */
export interface AgentMethod {
  name: string;
  description: string;
  parameters: readonly string[];
  run: Operation;
}

/** What an agent answers where a REST call answers 404. */
const NOT_THERE: Answer = { type: 'Webhook', value: null };

export const AGENT_METHODS: readonly AgentMethod[] = [
  {
    name: 'CreateDefaultWebhook',
    description: 'A webhook to fill in and save. Nothing is stored.',
    parameters: [],
    run: () => Promise.resolve({ type: 'Webhook', value: defaultWebhook() }),
  },
  {
    name: 'SaveWebhook',
    description: 'Creates a webhook when WebhookId is 0, else replaces the one that has it.',
    parameters: ['body: Webhook'],
    async run(call) {
      const members = await readEntity(call, 'Webhook');
      const id = readWebhookId(members);
      const saved = readWebhook(members);
      const webhook = id === 0 ? await createWebhook(call, saved) : await changeWebhook(call, id, () => saved);
      return { type: 'Webhook', value: showWebhook(webhook) };
    },
  },
  {
    name: 'DeleteWebhook',
    description: 'Deletes a webhook.',
    parameters: ['query: webhookId'],
    async run(call) {
      await call.manager.deleteWebhook(call.caller, { id: await readRequiredId(call, 'webhookId') });
      return NO_CONTENT;
    },
  },
  {
    name: 'GetWebhook',
    description: 'A webhook, or null when there is none with this id.',
    parameters: ['query: webhookId', 'query: $select'],
    async run(call) {
      const webhook = await call.manager.findWebhook(call.caller, { id: await readRequiredId(call, 'webhookId') });
      if (webhook === null) return NOT_THERE;
      return { type: 'Webhook', value: selectProperties(showWebhook(webhook), call.query('$select')) };
    },
  },
  {
    name: 'GetAllWebhooks',
    description: 'All webhooks that the filters leave.',
    parameters: ['body: NameFilter, EventFilter, StatusFilter', 'query: $select'],
    run: async (call) => listWebhooks(call, await readOptionalMembers(call), call.query('$select')),
  },
  {
    name: 'TestWebhook',
    description: 'Sends a test event to a webhook, stored or not.',
    parameters: ['body: Webhook', 'query: $select'],
    async run(call) {
      const members = await readEntity(call, 'Webhook');
      const wrapped = members.get('webhook');
      return testWebhook(call, isObject(wrapped) ? membersOf(wrapped, 'Webhook') : members);
    },
  },
  {
    name: 'SignalEvent',
    description: 'Publishes an event.',
    parameters: ['body: EventName, PrimaryKey, Data'],
    async run(call) {
      const members = membersOf((await call.readBody({ exact: true })) ?? {}, 'The body');
      const [eventName, primaryKey, data] = ['eventname', 'primarykey', 'data'].map((name) => members.get(name));
      return signalEvent(call, { eventName, primaryKey, data });
    },
  },
  {
    name: 'GetLastError',
    description: 'Headers and body of the last bad answer; empty text when nothing failed.',
    parameters: ['body: WebhookId'],
    async run(call) {
      const id = await readRequiredId(call, 'WebhookId');
      const report = await call.manager.findLastError(call.caller, { id });
      return { type: 'string', value: report === undefined ? null : describeLastError(report) };
    },
  },
];
