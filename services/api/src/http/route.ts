import { PosthornError } from '@posthorn/contracts';
import type { IRouter, RequestHandler } from 'express';

type Method = 'get' | 'post' | 'patch' | 'delete';

/** 405 with `Allow` (RFC 9110 §15.5.6); comes after the handlers of the methods that are allowed. */
export const methodNotAllowed =
  (allowed: string): RequestHandler =>
  (request, response) => {
    response.set('Allow', allowed);
    throw new PosthornError('method_not_allowed', `${request.method} is not allowed here; ${allowed} are.`);
  };

/** All that a path answers to, in one place; any other method is 405. HEAD comes with GET. */
export const route = (router: IRouter, path: string, methods: Partial<Record<Method, RequestHandler[]>>): void => {
  const names = Object.keys(methods) as Method[];
  const allowed = names.flatMap((name) => (name === 'get' ? ['GET', 'HEAD'] : [name.toUpperCase()])).join(', ');
  for (const name of names) router[name](path, ...(methods[name] ?? []));
  router.all(path, methodNotAllowed(allowed));
};
