import { Router } from 'express';
import type { ApiDeps } from '../api-deps.ts';
import type { Callers, Guards, Limits } from '../guards.ts';
import { createConsoleFiles } from './console-files.ts';
import { createSessionRouter } from './session-routes.ts';

/** `/console`: sessions and files; nothing where there is no console. */
export const createConsoleRouter = (
  deps: ApiDeps,
  { callers, limits, guards }: { callers: Callers; limits: Limits; guards: Guards },
): Router => {
  const { consoleDir = null } = deps;
  const { sessions, isAdmin } = callers;
  const router = Router();
  if (consoleDir === null || sessions === null) return router;
  router.use(createSessionRouter(deps, { sessions, isAdmin, findHolder: limits.findHolder, any: guards.any }));
  router.use(createConsoleFiles(consoleDir));
  return router;
};
