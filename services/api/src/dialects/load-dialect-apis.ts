import { DIALECTS } from '@posthorn/dialects';
import type { RequestHandler } from 'express';
import type { ApiDeps } from '../api-deps.ts';
import type { Limits } from '../guards.ts';
import { createManager } from './create-manager.ts';

/** The management APIs of all dialects: each handler answers below its own paths and passes on the rest. */
export const loadDialectApis = async (deps: ApiDeps, limits: Limits): Promise<RequestHandler[]> => {
  const manager = createManager(deps, limits);
  const { dialectSettings: settings } = deps;
  const apis = DIALECTS.flatMap(({ api }) => (api === null ? [] : [api]));
  return Promise.all(apis.map((api) => api.load({ manager, settings })));
};
