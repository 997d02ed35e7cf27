import type { Request, RequestHandler, Response } from 'express';
import type { DialectApiDeps } from '../../dialect.ts';
import { baseUrl } from '../../http/base-url.ts';
import { noteCaller, noteRoute } from '../../http/note-request.ts';
import { answerError } from './answer-error.ts';
import { authenticate } from './authenticate.ts';
import type { Call } from './call.ts';
import { findOperation } from './find-operation.ts';
import { createInputReader } from './formats/read-input.ts';
import { matchPath, type OwnPath, splitPath } from './match-path.ts';
import { writeAnswer } from './write-answer.ts';

const ROUTES = { agent: '/:tenant/api/v1/Agents/Webhook', rest: '/:tenant/api/v1/Webhook' } as const;

/** The first value of each parameter, by its name in lower case. */
const readQuery = (request: Request): ReadonlyMap<string, string> => {
  const start = request.url.indexOf('?');
  const pairs = [...new URLSearchParams(start === -1 ? '' : request.url.slice(start))];
  return new Map(pairs.toReversed().map(([name, value]) => [name.toLowerCase(), value]));
};

/** SuperOffice's management API: agent methods and REST collection, errors among their answers. */
export const createHandler = ({ manager, settings }: DialectApiDeps): RequestHandler => {
  const switches = {
    requireHttps: settings['SUPEROFFICE_REQUIRE_HTTPS'] === true,
    pingOnSave: settings['SUPEROFFICE_PING_ON_SAVE'] === true,
  };
  const readInput = createInputReader(manager.maxBodyBytes);

  const answer = async (request: Request, response: Response, { surface, tenant, rest }: OwnPath): Promise<void> => {
    const caller = await authenticate(manager, request);
    noteCaller(response, caller);
    const operation = findOperation(surface, splitPath(rest), request.method);
    const query = readQuery(request);
    let body: Promise<unknown> | undefined;
    const call: Call = {
      manager,
      caller,
      switches,
      headers: request.headers,
      query: (name) => query.get(name.toLowerCase()),
      readBody: (options) => (body ??= readInput(request, response, options)),
      collectionUrl: `${baseUrl(request, manager.publicUrl)}${tenant}/api/v1/Webhook`,
    };
    writeAnswer(response, await operation(call));
  };

  return async (request, response, next) => {
    const path = matchPath(request.path);
    if (path === null) {
      next();
      return;
    }
    response.set('Cache-Control', 'no-store');
    noteRoute(response, ROUTES[path.surface]);
    try {
      await answer(request, response, path);
    } catch (error) {
      answerError(manager, { request, response, surface: path.surface }, error);
    }
  };
};
