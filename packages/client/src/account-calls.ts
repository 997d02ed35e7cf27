import type {
  AccountView,
  CreateAccountBody,
  CreatedToken,
  CreateTokenBody,
  Page,
  TokenView,
} from '@posthorn/contracts';
import { type CallOptions, idSegment, type Transport } from './create-transport.ts';
import { eachItem, type PageParams } from './pages.ts';

const tokensPath = (accountId: number): string => `/v1/accounts/${idSegment(accountId)}/tokens`;

/** Accounts: the admin token. */
export const createAccountCalls = (send: Transport) => {
  const list = (params: PageParams = {}, options: CallOptions = {}) =>
    send<Page<AccountView>>({ method: 'GET', path: '/v1/accounts', query: { ...params }, ...options });
  return {
    /** @example const account = await client.accounts.create({ name: 'Sales' }); */
    create: (body: CreateAccountBody, options: CallOptions = {}) =>
      send<AccountView>({ method: 'POST', path: '/v1/accounts', body, ...options }),
    /** One page. */
    list,
    /** All pages, asked for as they are used. */
    listAll: (params: PageParams = {}, options: CallOptions = {}): AsyncIterable<AccountView> =>
      eachItem(params, (page) => list(page, options)),
    get: (id: number, options: CallOptions = {}) =>
      send<AccountView>({ method: 'GET', path: `/v1/accounts/${idSegment(id)}`, ...options }),
  };
};

/** Tokens of any account: the admin token. Those of the own account: `ownTokens`. */
export const createTokenCalls = (send: Transport) => {
  const list = (accountId: number, params: PageParams = {}, options: CallOptions = {}) =>
    send<Page<TokenView>>({ method: 'GET', path: tokensPath(accountId), query: { ...params }, ...options });
  return {
    /**
     * The answer alone holds the credential: it cannot be shown again.
     * @example const { token } = await client.tokens.create(account.id, { name: 'crm', scopes: ['publish'] });
     */
    create: (accountId: number, body: CreateTokenBody, options: CallOptions = {}) =>
      send<CreatedToken>({ method: 'POST', path: tokensPath(accountId), body, ...options }),
    /** One page, without credentials. */
    list,
    /** All pages, asked for as they are used. */
    listAll: (accountId: number, params: PageParams = {}, options: CallOptions = {}): AsyncIterable<TokenView> =>
      eachItem(params, (page) => list(accountId, page, options)),
    /**
     * The token stops to work. `id` is a `tok_…`, not the credential. Scope `manage` for one of the own account, the admin
     * token for any.
     */
    revoke: async (id: string, options: CallOptions = {}): Promise<void> => {
      await send({ method: 'DELETE', path: `/v1/tokens/${idSegment(id)}`, ...options });
    },
  };
};

/** Tokens of the own account: scope `manage`. `tokens.revoke` ends one. */
export const createOwnTokenCalls = (send: Transport) => {
  const path = '/v1/tokens';
  const list = (params: PageParams = {}, options: CallOptions = {}) =>
    send<Page<TokenView>>({ method: 'GET', path, query: { ...params }, ...options });
  return {
    /**
     * The answer alone holds the credential. A token gives no scope that it lacks itself.
     * @example const { token } = await client.ownTokens.create({ name: 'support', scopes: ['read'] });
     */
    create: (body: CreateTokenBody, options: CallOptions = {}) =>
      send<CreatedToken>({ method: 'POST', path, body, ...options }),
    /** One page, without credentials. */
    list,
    /** All pages, asked for as they are used. */
    listAll: (params: PageParams = {}, options: CallOptions = {}): AsyncIterable<TokenView> =>
      eachItem(params, (page) => list(page, options)),
  };
};
