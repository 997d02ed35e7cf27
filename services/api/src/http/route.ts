import { methodNotAllowed } from '@posthorn/runtime';
import type { IRouter, RequestHandler } from 'express';

type Method = 'get' | 'post' | 'patch' | 'delete';

/** All that a path answers to, in one place; any other method is 405. HEAD comes with GET. */
export const route = (router: IRouter, path: string, methods: Partial<Record<Method, RequestHandler[]>>): void => {
  const names = Object.keys(methods) as Method[];
  const allowed = names.flatMap((name) => (name === 'get' ? ['GET', 'HEAD'] : [name.toUpperCase()])).join(', ');
  for (const name of names) router[name](path, ...(methods[name] ?? []));
  router.all(path, methodNotAllowed(allowed));
};
