import {
  createListenerSchema,
  encodeId,
  LISTEN_TYPE,
  LISTENER_EXPIRES_SECONDS,
  type ListenerView,
} from '@posthorn/contracts';
import { type Author, generateSecret, insertListener } from '@posthorn/database';
import type { ApiDeps } from '../api-deps.ts';
import { readBody } from '../http/read-input.ts';

/**
 * Makes a listener and its webhook from the body of `POST /v1/listeners`. Nobody is told by mail when it fails: whoever
 * started it sits before it.
 * @throws PosthornError `validation_failed`
 */
export const createListener = async (
  { database, encryption }: Pick<ApiDeps, 'database' | 'encryption'>,
  input: { accountId: number; author: Author; body: unknown },
): Promise<ListenerView> => {
  const { events, name = 'listener' } = readBody(createListenerSchema, input.body);
  const secret = generateSecret();
  const { listener, webhook } = await insertListener(database, encryption, (listenerId) => ({
    accountId: input.accountId,
    name,
    events,
    targetUrl: `${LISTEN_TYPE}:${encodeId('listener', listenerId)}`,
    type: LISTEN_TYPE,
    state: 'Active',
    stateReason: null,
    secret,
    headers: {},
    properties: {},
    errorsEmail: null,
    httpMethod: 'POST',
    format: 'standard',
    policy: {},
    dialectData: {},
    author: input.author,
  }));
  return {
    id: encodeId('listener', listener.id),
    webhookId: webhook.id,
    secret,
    events: webhook.events,
    created: listener.created.toISOString(),
    expires: new Date(listener.seenAt.getTime() + LISTENER_EXPIRES_SECONDS * 1000).toISOString(),
  };
};
