import { type DefinedWebhook, type NewWebhookDefinition, PosthornError, type TokenScope } from '@posthorn/contracts';
import {
  asUnavailable,
  type Author,
  changeWebhook,
  countWebhooks,
  deleteWebhook,
  findWebhook,
  insertWebhook,
  insertWebhookUnless,
  keepDomain,
  listDefinitions,
  listDomains,
  reasonFor,
  type WebhookRecord,
} from '@posthorn/database';
import type { Caller, Manager, WebhookRef } from '@posthorn/dialects';
import { hasScope, originOf, toPosthornError } from '@posthorn/runtime';
import type { ApiDeps } from '../api-deps.ts';
import type { Limits } from '../guards.ts';
import { assertDefinition } from '../webhooks/check-webhook.ts';
import { attemptTest } from '../webhooks/test-webhook.ts';
import { findLastError } from './find-last-error.ts';
import { publishEvent } from './publish-event.ts';
import { showWebhook, toDefinition, toDeliverable, toNewWebhook } from './definitions.ts';

const assertScope = (caller: Caller, scope: TokenScope): void => {
  if (hasScope(caller, scope)) return;
  throw new PosthornError('forbidden', `This needs a token with the scope \`${scope}\`.`);
};

/** Who calls, for the audit log. */
const authorOf = ({ tokenId, tokenName, origin }: Caller): Author => ({
  actor: 'token',
  name: tokenName,
  tokenId,
  ...origin,
});

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const MAX_INTEGER = 2_147_483_647;

/** Within the caller's account; null for what cannot be the id of any webhook. */
const toKey = ({ accountId }: Caller, ref: WebhookRef) => {
  if ('uuid' in ref) return UUID.test(ref.uuid) ? { uuid: ref.uuid, accountId } : null;
  const isId = Number.isInteger(ref.id) && ref.id > 0 && ref.id <= MAX_INTEGER;
  return isId ? { id: ref.id, accountId } : null;
};

/** The model as the dialects see it: what the native API does, in plain functions and without its narrower rules. */
export const createManager = (deps: ApiDeps, limits: Limits): Manager => {
  const { database, encryption, checkTargetUrl, logger } = deps;

  const show = (caller: Caller, record: WebhookRecord): DefinedWebhook =>
    showWebhook(record, { showSecrets: hasScope(caller, 'manage') });

  const create = (
    caller: Caller,
    definition: NewWebhookDefinition,
    unlessSame: ((other: DefinedWebhook) => boolean) | undefined,
  ): Promise<WebhookRecord | null> => {
    const { accountId, tokenName } = caller;
    const stateReason = reasonFor(definition.state, tokenName);
    const webhook = { ...toNewWebhook(definition), accountId, stateReason, author: authorOf(caller) };
    return unlessSame === undefined
      ? insertWebhook(database, encryption, webhook)
      : insertWebhookUnless(database, encryption, webhook, (other) => unlessSame(show(caller, other)));
  };

  return {
    publicUrl: deps.publicUrl,
    maxBodyBytes: deps.maxBodyBytes,
    async findCaller(tokenValue, { request, api }) {
      const holder = await limits.findHolder(request, tokenValue);
      if (holder === null) return null;
      limits.accounts.assertMay(holder.accountId);
      return { ...holder, origin: { api, ...originOf(request) } };
    },

    async listWebhooks(caller, filter, page) {
      assertScope(caller, 'read');
      const { accountId } = caller;
      const records = await listDefinitions(database, encryption, { accountId, filter, page });
      return records.map((record) => show(caller, record));
    },
    async countWebhooks(caller) {
      assertScope(caller, 'read');
      return countWebhooks(database, caller.accountId);
    },
    async findWebhook(caller, ref) {
      assertScope(caller, 'read');
      const key = toKey(caller, ref);
      const record = key === null ? null : await findWebhook(database, encryption, key);
      return record === null ? null : show(caller, record);
    },
    async checkWebhook(caller, definition) {
      assertScope(caller, 'manage');
      assertDefinition(checkTargetUrl, definition);
    },
    async createWebhook(caller, definition, unlessSame) {
      assertScope(caller, 'manage');
      assertDefinition(checkTargetUrl, definition);
      const record = await create(caller, definition, unlessSame);
      return record === null ? null : show(caller, record);
    },
    async changeWebhook(caller, ref, decide) {
      assertScope(caller, 'manage');
      const key = toKey(caller, ref);
      if (key === null) return null;
      const record = await changeWebhook(database, encryption, { ...key, author: authorOf(caller) }, (current) => {
        const changes = decide(show(caller, current));
        assertDefinition(checkTargetUrl, { ...toDefinition(current), ...changes }, current);
        return changes;
      });
      return record === null ? null : show(caller, record);
    },
    async deleteWebhook(caller, ref) {
      assertScope(caller, 'manage');
      const key = toKey(caller, ref);
      return key !== null && (await deleteWebhook(database, authorOf(caller), key));
    },
    async testWebhook(caller, { id, ...definition }) {
      assertScope(caller, 'manage');
      assertDefinition(checkTargetUrl, definition);
      return attemptTest(deps, toDeliverable(definition, { id, accountId: caller.accountId }));
    },
    async findLastError(caller, ref) {
      assertScope(caller, 'read');
      const key = toKey(caller, ref);
      return key === null ? undefined : findLastError(deps, key);
    },

    async publish(caller, event) {
      assertScope(caller, 'publish');
      return publishEvent(deps, caller.accountId, event);
    },

    async listDomains(caller) {
      assertScope(caller, 'read');
      return listDomains(database, caller.accountId);
    },
    async keepDomain(caller, name, limit) {
      assertScope(caller, 'manage');
      return keepDomain(database, authorOf(caller), { accountId: caller.accountId, name, limit });
    },

    explain(error, { method, path }) {
      const known = asUnavailable(error) ?? toPosthornError(error);
      if (known.code === 'internal_error') logger.error({ err: error, method, path }, 'request.failed');
      return known;
    },
  };
};
