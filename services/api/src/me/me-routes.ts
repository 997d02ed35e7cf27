import { encodeId, type MeView, VERSION } from '@posthorn/contracts';
import { findAccount } from '@posthorn/database';
import { type Caller, callerOf, type NamedAccount } from '@posthorn/runtime';
import { type RequestHandler, Router } from 'express';
import type { ApiDeps } from '../api-deps.ts';
import type { Guards } from '../guards.ts';
import { route } from '../http/route.ts';

const pick = ({ id, name }: NamedAccount): NamedAccount => ({ id, name });

const viewCaller = async ({ database }: Pick<ApiDeps, 'database'>, caller: Caller): Promise<MeView> => {
  if (caller.kind === 'admin') {
    const { account } = caller;
    return { isAdmin: true, account: account === null ? null : pick(account), token: null, version: VERSION };
  }
  const { tokenId, tokenName: name, accountId, scopes } = caller.holder;
  const account = await findAccount(database, accountId);
  return {
    isAdmin: false,
    account: account === null ? null : pick(account),
    token: { id: encodeId('token', tokenId), name, scopes: [...scopes] },
    version: VERSION,
  };
};

/** Answers with who calls; behind `guards.any`. */
export const showCaller =
  (deps: Pick<ApiDeps, 'database'>): RequestHandler =>
  async (_request, response) => {
    response.json(await viewCaller(deps, callerOf(response)));
  };

/** `/v1/me` */
export const createMeRouter = (deps: ApiDeps, { any }: Guards): Router => {
  const router = Router();
  route(router, '/v1/me', { get: [...any, showCaller(deps)] });
  return router;
};
