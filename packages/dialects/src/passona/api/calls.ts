import { type DefinedWebhook, HTTP_TYPE, type NewWebhookDefinition, PosthornError } from '@posthorn/contracts';
import type { Caller, Manager } from '../../manager.ts';
import { describePage, offsetOf, type Page } from './paginate.ts';
import { readFields, type WebhookFields } from './read-fields.ts';
import type { Input } from './read-input.ts';
import { viewWebhook } from './view-webhook.ts';

/** What every call has. */
export interface CallContext {
  manager: Manager;
  caller: Caller;
  /** Absolute URL of the list. */
  path: string;
}

/** What webhooks of this API are for: a keyword came in a message. */
const KEYWORD_EVENT = 'keyword.received';

const define = ({ name = '', url = '', headers = {} }: WebhookFields): NewWebhookDefinition => ({
  name,
  events: [KEYWORD_EVENT],
  targetUrl: url,
  type: HTTP_TYPE,
  state: 'Active',
  secret: null,
  headers,
  properties: {},
  errorsEmail: null,
  httpMethod: 'POST',
  format: 'passona',
  dialectData: {},
});

const found = <T>(webhook: T | null): T => {
  if (webhook === null) throw new PosthornError('not_found', 'There is no such webhook.');
  return webhook;
};

const show = ({ path }: CallContext, webhook: DefinedWebhook): object => ({ data: viewWebhook(webhook, path) });

/** @throws PosthornError */
export const createWebhook = async (context: CallContext, input: Input): Promise<object> => {
  const definition = define(readFields(input, { isNew: true }));
  const webhook = await context.manager.createWebhook(context.caller, definition);
  // Null is the answer to "unless it is there already", which is not asked here.
  if (webhook === null) throw new Error('A webhook without a condition was not stored.');
  return show(context, webhook);
};

/** @throws PosthornError */
export const showWebhook = async (context: CallContext, uuid: string): Promise<object> =>
  show(context, found(await context.manager.findWebhook(context.caller, { uuid })));

/** Changes what is given; headers are replaced whole. @throws PosthornError */
export const editWebhook = async (context: CallContext, uuid: string, input: Input): Promise<object> => {
  const { name, url, headers } = readFields(input, { isNew: false });
  const changes = {
    ...(name === undefined ? {} : { name }),
    ...(url === undefined ? {} : { targetUrl: url }),
    ...(headers === undefined ? {} : { headers }),
  };
  return show(context, found(await context.manager.changeWebhook(context.caller, { uuid }, () => changes)));
};

/** @throws PosthornError */
export const deleteWebhook = async ({ manager, caller }: CallContext, uuid: string): Promise<void> => {
  if (!(await manager.deleteWebhook(caller, { uuid }))) found(null);
};

/** One page of all webhooks of the account, in the order in which they were made. */
export const listWebhooks = async ({ manager, caller, path }: CallContext, page: Page): Promise<object> => {
  const total = await manager.countWebhooks(caller);
  const offset = offsetOf(page, total);
  const webhooks = offset === null ? [] : await manager.listWebhooks(caller, {}, { offset, limit: page.perPage });
  return {
    data: webhooks.map((webhook) => viewWebhook(webhook, path)),
    ...describePage(page, { path, total, shown: webhooks.length }),
  };
};
