import { findProperty, isObject } from '../properties.ts';
import { invalid } from '../refusal.ts';

/** Names that JavaScript gives a meaning of its own; the library that applies patches passes over them. */
const RESERVED_NAMES = new Set(['__proto__', 'constructor', 'prototype']);

const unescapeToken = (token: string): string => token.replaceAll('~1', '/').replaceAll('~0', '~');
const escapeToken = (token: string): string => token.replaceAll('~', '~0').replaceAll('/', '~1');

/** The name of a member as it is written in the object: the same one, else the one that differs in letter case alone. */
const memberName = (object: Record<string, unknown>, name: string): string => {
  if (Object.hasOwn(object, name)) return name;
  const lowerCase = name.toLowerCase();
  return Object.keys(object).find((key) => key.toLowerCase() === lowerCase) ?? name;
};

const INDEX = /^(?:0|[1-9]\d{0,8})$/;

/**
 * A path of a JSON Patch (RFC 6901) with the letter case of the webhook that it leads into.
 * @throws Refusal `invalid_parameter` when it leads nowhere: not into a property of a webhook, or through a value that
 * has no members.
 * @param mayAppend whether `-`, the place after the end of a list, leads somewhere.
 */
export const resolvePointer = (
  webhook: Record<string, unknown>,
  path: unknown,
  { what, mayAppend }: { what: string; mayAppend: boolean },
): string => {
  if (typeof path !== 'string') throw invalid(what, 'needs a path');
  const nowhere = invalid(what, `has a path that is not there: ${path.slice(0, 200)}`);
  const tokens = (path.startsWith('/') ? path.slice(1) : path).split('/').map(unescapeToken);
  const resolved: string[] = [];
  let container: unknown = webhook;
  for (const token of tokens) {
    let name: string | undefined = token;
    if (container === webhook) name = findProperty(token);
    else if (isObject(container)) name = memberName(container, token);
    else if (!Array.isArray(container) || !((token === '-' && mayAppend) || INDEX.test(token))) throw nowhere;
    if (name === undefined || RESERVED_NAMES.has(name)) throw nowhere;
    resolved.push(escapeToken(name));
    const members = container as Record<string, unknown>;
    container = Object.hasOwn(members, name) ? members[name] : undefined;
  }
  return `/${resolved.join('/')}`;
};
