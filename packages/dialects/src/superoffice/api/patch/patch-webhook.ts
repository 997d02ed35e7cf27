import { applyPatch } from 'rfc6902';
import { isObject, membersOf, type Members } from '../properties.ts';
import { invalid, Refusal } from '../refusal.ts';
import type { PatchedWebhook } from './patched-webhook.ts';
import { resolvePointer } from './resolve-pointer.ts';

const MAX_OPERATIONS = 1000;

type Operation = Parameters<typeof applyPatch>[1][number];

const isEmpty = (value: unknown): boolean => isObject(value) && Object.keys(value).length === 0;

/** One operation with its path resolved, in the words of the library. */
const toOperation = (webhook: Record<string, unknown>, operation: unknown, what: string): Operation => {
  const members = membersOf(operation, what);
  const named = members.get('op');
  // Not String(named): that of {"toString":"x"} throws.
  if (typeof named !== 'string') throw invalid(what, 'needs an op that is a text');
  const op = named.toLowerCase();
  const value = members.get('value');
  const path = resolvePointer(webhook, members.get('path'), { what, mayAppend: op === 'add' });
  if (op === 'remove') return { op, path };
  if (op !== 'add' && op !== 'replace' && op !== 'test') {
    throw invalid(what, `has the op ${op.slice(0, 20)}; add, replace, remove and test are supported`);
  }
  if (!members.has('value')) throw invalid(what, 'needs a value');
  // What is no list is appended to one, as in a merge patch.
  if (op === 'add' && path === '/Events' && !Array.isArray(value) && value !== null) {
    return { op, path: '/Events/-', value };
  }
  // Empty dictionaries are shown as null, so a client tests them for that.
  const isShownAsNull =
    (path === '/Headers' && isEmpty(webhook['Headers'])) || (path === '/Properties' && isEmpty(webhook['Properties']));
  return { op, path, value: op === 'test' && value === null && isShownAsNull ? {} : value };
};

/**
 * A webhook with a JSON Patch applied (RFC 6902), as members to be read and saved. Paths have no letter case and need no
 * slash at the start; `move` and `copy` are not supported.
 * @throws Refusal `conflict` when a test fails, `invalid_parameter` for everything else that is wrong with an operation.
 */
export const patchWebhook = (webhook: PatchedWebhook, operations: readonly unknown[]): Members => {
  if (operations.length > MAX_OPERATIONS) throw invalid('The patch', `has more than ${MAX_OPERATIONS} operations`);
  const patched: Record<string, unknown> = structuredClone({ ...webhook });
  operations.forEach((given, index) => {
    const what = `Operation ${index}`;
    const operation = toOperation(patched, given, what);
    const [error] = applyPatch(patched, [operation]);
    if (error === null || error === undefined) return;
    if (operation.op === 'test') throw new Refusal('conflict', `${what}: the test of ${operation.path} failed.`);
    throw invalid(what, `has a path that is not there: ${operation.path}`);
  });
  return membersOf(patched, 'The webhook');
};
