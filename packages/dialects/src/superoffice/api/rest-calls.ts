import type { DefinedWebhook } from '@posthorn/contracts';
import { describeLastError } from '../describe-last-error.ts';
import { type Answer, type Call, NO_CONTENT, type Operation } from './call.ts';
import { assertUnmodified, isNotModified, lastModified } from './conditions.ts';
import { listWebhooks } from './list-webhooks.ts';
import { mergeWebhook } from './patch/merge-webhook.ts';
import { patchWebhook } from './patch/patch-webhook.ts';
import { toPatched } from './patch/patched-webhook.ts';
import { readEntity } from './read-parameters.ts';
import { readWebhook } from './read-webhook.ts';
import { invalid, noSuchWebhook } from './refusal.ts';
import { changeWebhook, createWebhook } from './save-webhook.ts';
import { selectProperties } from './select-properties.ts';
import { defaultWebhook, linksOf, showWebhook } from './show-webhook.ts';
import { signalEvent } from './signal-event.ts';
import { testWebhook } from './test-webhook.ts';

/** What a path answers to, by method. */
export type Resource = Readonly<Partial<Record<'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', Operation>>>;

/** A webhook with its links, which `$select` leaves as they are. */
const answerWebhook = (call: Call, webhook: DefinedWebhook): Answer => ({
  type: 'Webhook',
  headers: { 'Last-Modified': lastModified(webhook).toUTCString() },
  value: {
    ...selectProperties(showWebhook(webhook), call.query('$select')),
    ...linksOf(webhook, call.collectionUrl),
  },
});

const collection: Resource = {
  GET: (call) => {
    const names = ['nameFilter', 'eventFilter', 'statusFilter'];
    return listWebhooks(call, new Map(names.map((name) => [name.toLowerCase(), call.query(name)])));
  },
  async POST(call) {
    const members = await readEntity(call, 'Entity to save');
    return answerWebhook(call, await createWebhook(call, readWebhook(members)));
  },
};

const defaults: Resource = {
  GET: () => Promise.resolve({ type: 'Webhook', value: defaultWebhook() }),
};

const test: Resource = {
  POST: async (call) => testWebhook(call, await readEntity(call, 'Webhook')),
};

/** Reads a patch: a list is a JSON Patch, an object a merge patch; a content type of one of them takes no other. */
const readPatch = async (call: Call): Promise<unknown> => {
  const patch = await call.readBody();
  const type = call.headers['content-type'] ?? '';
  if (patch === undefined || patch === null) throw invalid('The patch', 'is not in the request body');
  if (/merge-patch\+json/i.test(type) && Array.isArray(patch)) throw invalid('The patch', 'must be an object');
  if (/json-patch\+json/i.test(type) && !Array.isArray(patch))
    throw invalid('The patch', 'must be a list of operations');
  return patch;
};

const webhook = (id: number): Resource => ({
  async GET(call) {
    const found = await call.manager.findWebhook(call.caller, { id });
    if (found === null) throw noSuchWebhook(id);
    return isNotModified(call.headers, found) ? { status: 304 } : answerWebhook(call, found);
  },
  async PUT(call) {
    const saved = readWebhook(await readEntity(call, 'Entity to save'));
    const changed = await changeWebhook(call, id, (current) => {
      assertUnmodified(call.headers, current);
      return saved;
    });
    return answerWebhook(call, changed);
  },
  async PATCH(call) {
    const patch = await readPatch(call);
    const changed = await changeWebhook(call, id, (current) => {
      assertUnmodified(call.headers, current);
      const before = toPatched(current);
      return readWebhook(Array.isArray(patch) ? patchWebhook(before, patch) : mergeWebhook(before, patch));
    });
    return answerWebhook(call, changed);
  },
  async DELETE(call) {
    await call.manager.deleteWebhook(call.caller, { id });
    return NO_CONTENT;
  },
});

const lastError = (id: number): Resource => ({
  async GET(call) {
    const report = await call.manager.findLastError(call.caller, { id });
    if (report === undefined) throw noSuchWebhook(id);
    return { type: 'string', value: describeLastError(report) };
  },
});

const signal = (eventName: string, primaryKey: string): Resource => ({
  async POST(call) {
    return signalEvent(call, { eventName, primaryKey, data: await call.readBody({ exact: true, isData: true }) });
  },
});

/** An id that no webhook has stands for whatever is no id. */
const readId = (segment: string): number => (/^\d{1,10}$/.test(segment) ? Number(segment) : 0);

/** What a path of the collection leads to; null when it leads nowhere. */
export const findResource = (segments: readonly string[]): Resource | null => {
  const [first, second, ...more] = segments;
  if (more.length > 0) return null;
  if (first === undefined) return collection;
  const name = first.toLowerCase();
  if (second === undefined) return name === 'default' ? defaults : name === 'test' ? test : webhook(readId(first));
  return second.toLowerCase() === 'lasterror' ? lastError(readId(first)) : signal(first, second);
};
