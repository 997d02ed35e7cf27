import { PosthornError } from '@posthorn/contracts';
import express, { type ErrorRequestHandler, type Request, type RequestHandler, type Response } from 'express';
import type { Caller, Manager } from '../manager.ts';
import { noteCaller, noteError, noteRoute } from './note-request.ts';
import { rawBody } from './read-body.ts';

/** What a path leads to: all webhooks, one of them by what stands in its place (as it was sent), or nothing. */
export type ResourcePath = { kind: 'collection' } | { kind: 'member'; id: string } | { kind: 'nothing' };

export interface ResourceRequest {
  caller: Caller;
  request: Request;
  /** Empty for calls on the collection. */
  id: string;
}

export interface ResourceAnswer {
  status: number;
  /** Null for an answer without a body. */
  body: object | null;
}

type Calls = Readonly<Record<string, (input: ResourceRequest) => Promise<ResourceAnswer>>>;

/** A management API of webhooks as a REST resource. */
export interface ResourceApi {
  manager: Manager;
  /** Path of the collection. */
  prefix: readonly string[];
  /** Null for a path that is none of this API. */
  readPath(path: string, method: string): ResourcePath | null;
  /** @throws PosthornError `unauthenticated` */
  findCaller(request: Request): Promise<Caller>;
  /** By method; HEAD is answered as GET is. */
  collection: Calls;
  member: Calls;
  /** Answers in the form of the vendor; status and headers of the vendor's own included. */
  sendError(response: Response, error: PosthornError): void;
}

/**
 * What stands behind a prefix, which is compared without letter case. Slashes may be repeated and may stand at the end;
 * null when the path does not have the prefix.
 */
export const readResourcePath = (path: string, prefix: readonly string[]): ResourcePath | null => {
  const segments = path.split('/').filter((segment) => segment !== '');
  if (!prefix.every((name, index) => segments[index]?.toLowerCase() === name)) return null;
  const [id, ...more] = segments.slice(prefix.length);
  if (id === undefined) return { kind: 'collection' };
  return more.length === 0 ? { kind: 'member', id } : { kind: 'nothing' };
};

const METHODS_WITH_BODY = new Set(['POST', 'PUT', 'PATCH']);

/** The methods of a path, for the header `Allow`. */
const allowed = (calls: Calls): string =>
  Object.keys(calls)
    .flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
    .join(', ');

/**
 * The handler of a resource for the whole app: path and method first, then the token, then the body, then the call. Every
 * request below the resource's paths is answered here, errors included; all others are passed on untouched.
 */
export const serveResource = (api: ResourceApi): RequestHandler => {
  const { manager } = api;

  const route: RequestHandler = (request, response, next) => {
    const path = api.readPath(request.path, request.method);
    if (path === null) {
      next('router');
      return;
    }
    response.set('Cache-Control', 'no-store');
    if (path.kind === 'nothing') throw new PosthornError('not_found', `There is no ${request.path}.`);
    noteRoute(response, `/${api.prefix.join('/')}${path.kind === 'member' ? '/:id' : ''}`);
    const calls = path.kind === 'collection' ? api.collection : api.member;
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const call = Object.hasOwn(calls, method) ? calls[method] : undefined;
    if (call === undefined) {
      response.set('Allow', allowed(calls));
      throw new PosthornError('method_not_allowed', `${request.method} is not allowed here.`);
    }
    response.locals['call'] = (caller: Caller) => call({ caller, request, id: path.kind === 'member' ? path.id : '' });
    next();
  };

  const authenticate: RequestHandler = async (request, response, next) => {
    const caller = await api.findCaller(request);
    noteCaller(response, caller);
    response.locals['caller'] = caller;
    next();
  };

  const readBody = rawBody(manager.maxBodyBytes);
  const body: RequestHandler = (request, response, next) => {
    if (METHODS_WITH_BODY.has(request.method)) readBody(request, response, next);
    else next();
  };

  const answer: RequestHandler = async (_request, response) => {
    const call = response.locals['call'] as (caller: Caller) => Promise<ResourceAnswer>;
    const result = await call(response.locals['caller'] as Caller);
    response.status(result.status);
    if (result.body === null) response.end();
    else response.json(result.body);
  };

  const fail: ErrorRequestHandler = (error, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const known = manager.explain(error, request);
    noteError(response, known);
    if (known.retryAfterSeconds !== undefined) response.set('Retry-After', String(known.retryAfterSeconds));
    api.sendError(response, known);
  };

  return express.Router().use(route, authenticate, body, answer, fail);
};
