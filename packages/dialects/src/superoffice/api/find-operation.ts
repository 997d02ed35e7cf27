import { AGENT_METHODS, type AgentMethod } from './agent-methods.ts';
import type { Operation } from './call.ts';
import type { Surface } from './error-shapes.ts';
import { Refusal } from './refusal.ts';
import { findResource, type Resource } from './rest-calls.ts';

const methods = new Map(AGENT_METHODS.map((method) => [method.name.toLowerCase(), method]));

/** GET never runs a method of an agent: it tells about it. */
const toResource = ({ name, description, parameters, run }: AgentMethod): Resource => ({
  GET: () => {
    const value = { Agent: 'Webhook', Method: name, HttpMethod: 'POST', Description: description };
    return Promise.resolve({ type: 'AgentMethod', value: { ...value, Parameters: parameters.join('; ') } });
  },
  POST: run,
});

const findAgentMethod = (segments: readonly string[]): Resource => {
  const [name = '', ...more] = segments;
  const method = more.length > 0 ? undefined : methods.get(name.toLowerCase());
  if (method !== undefined) return toResource(method);
  const shown = segments.join('/').slice(0, 100);
  throw new Refusal('unknown_method', `No action was found on the agent 'Webhook' that matches the name '${shown}'.`);
};

const findCollectionPath = (segments: readonly string[]): Resource => {
  const resource = findResource(segments);
  if (resource !== null) return resource;
  throw new Refusal('not_found', `There is nothing at ${segments.join('/').slice(0, 200)}`);
};

/**
 * What a request asks for. HEAD is a GET whose body is not sent.
 * @throws Refusal `unknown_method`, `not_found` and `method_not_allowed`
 */
export const findOperation = (surface: Surface, segments: readonly string[], method: string): Operation => {
  const resource = surface === 'agent' ? findAgentMethod(segments) : findCollectionPath(segments);
  const wanted = method === 'HEAD' ? 'GET' : method;
  const operation = Object.hasOwn(resource, wanted) ? resource[wanted as keyof Resource] : undefined;
  if (operation !== undefined) return operation;
  const allow = Object.keys(resource).flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : [name]));
  const message = `The requested resource does not support http method '${method}'.`;
  throw new Refusal('method_not_allowed', message, { allow: allow.join(', ') });
};
