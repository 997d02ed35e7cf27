import { HTTP_TYPE, type NewWebhookDefinition } from '@posthorn/contracts';
import type { AccountDomain, Caller, Manager } from '../../manager.ts';
import type { WooxySettings } from '../settings.ts';
import { problem } from './problems.ts';
import type { Arguments } from './read-arguments.ts';
import { type DomainChoice, type NewWebhook, readNewWebhook } from './read-new-webhook.ts';
import { Refusal } from './refusal.ts';
import { domainOf, keepWebhookDomain, viewConfig } from './view-webhook.ts';

type DomainSettings = Pick<WooxySettings, 'WOOXY_UNKNOWN_DOMAINS' | 'WOOXY_DOMAIN_LIMIT'>;

interface CreateDeps {
  manager: Manager;
  settings: DomainSettings;
  registeredEvents: ReadonlySet<string>;
}

const findDomain = async (manager: Manager, caller: Caller, choice: DomainChoice): Promise<AccountDomain> => {
  const domains = await manager.listDomains(caller);
  const found = domains.find((domain) =>
    'id' in choice ? String(domain.id) === choice.id : domain.name === choice.name,
  );
  if (found === undefined)
    throw new Refusal([problem('domainNotFound', { id: 'id' in choice ? choice.id : choice.name })]);
  return found;
};

/**
 * Adds a domain that is new, so everything else must be judged before.
 * @throws Refusal when the account has no such domain, or may not have another one.
 */
const chooseDomain = async (
  { manager, settings }: CreateDeps,
  caller: Caller,
  choice: DomainChoice,
): Promise<AccountDomain> => {
  if ('id' in choice || settings.WOOXY_UNKNOWN_DOMAINS === 'refuse') return findDomain(manager, caller, choice);
  const limit = settings.WOOXY_DOMAIN_LIMIT;
  const domain = await manager.keepDomain(caller, choice.name, limit);
  if (domain === null) throw new Refusal([problem('domainLimitReached', { limit: String(limit) })]);
  return domain;
};

const define = ({ title, url, events }: NewWebhook): NewWebhookDefinition => ({
  name: title,
  events,
  targetUrl: url,
  type: HTTP_TYPE,
  state: 'Active',
  secret: null,
  headers: {},
  properties: {},
  errorsEmail: null,
  httpMethod: 'POST',
  format: 'wooxy',
  dialectData: {},
});

/**
 * `webhook/create`: `{"result": true, "config": {id, title, url, domain, events}}`. One url has one webhook for each domain.
 * @throws Refusal, PosthornError
 */
export const createWebhook = async (deps: CreateDeps, caller: Caller, input: Arguments): Promise<object> => {
  const wanted = readNewWebhook(input, deps.registeredEvents);
  const definition = define(wanted);
  await deps.manager.checkWebhook(caller, definition);
  const { id, name } = await chooseDomain(deps, caller, wanted.domain);
  const domain = { id: String(id), name };
  const isSame = (other: Parameters<typeof domainOf>[0]): boolean => domainOf(other).id === domain.id;
  const webhook = await deps.manager.createWebhook(
    caller,
    { ...definition, dialectData: keepWebhookDomain(domain) },
    isSame,
  );
  if (webhook === null) throw new Refusal([problem('webhookExists')]);
  return { result: true, config: viewConfig(webhook) };
};
