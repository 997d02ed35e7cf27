import { findProperty, isObject, membersOf, type Members } from '../properties.ts';
import type { PatchedWebhook } from './patched-webhook.ts';

/** RFC 7396 §2: members that are null are removed, objects are merged, everything else is replaced. */
const mergeValue = (target: unknown, patch: unknown): unknown => {
  if (!isObject(patch)) return patch;
  const merged = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name);
    else merged.set(name, mergeValue(merged.get(name), value));
  }
  return Object.fromEntries(merged);
};

/** As `mergeValue`, for names without letter case. */
const mergeHeaders = (target: Readonly<Record<string, unknown>>, patch: Record<string, unknown>): unknown => {
  const names = new Map(Object.keys(target).map((name) => [name.toLowerCase(), name]));
  return mergeValue(
    target,
    Object.fromEntries(
      Object.entries(patch).map(([name, value]) => [names.get(name.toLowerCase()) ?? name, value] as const),
    ),
  );
};

/** SuperOffice's own rule: what is no list where a list is expected is appended to it. */
const mergeEvents = (events: readonly unknown[], patch: unknown): unknown =>
  Array.isArray(patch) || patch === null ? patch : [...events, patch];

/**
 * A webhook with a merge patch applied (RFC 7396), as members to be read and saved. Names of properties have no letter
 * case; those that a webhook does not have are ignored. @throws Refusal `invalid_parameter` when the patch is no object.
 */
export const mergeWebhook = (webhook: PatchedWebhook, patch: unknown): Members => {
  const merged = new Map<string, unknown>(Object.entries(webhook));
  for (const [lowerCase, value] of membersOf(patch, 'The patch')) {
    const name = findProperty(lowerCase);
    if (name === 'Events') merged.set(name, mergeEvents(webhook.Events, value));
    else if (name === 'Headers' && isObject(value)) merged.set(name, mergeHeaders(webhook.Headers, value));
    else if (name === 'Properties') merged.set(name, mergeValue(webhook.Properties, value));
    else if (name !== undefined) merged.set(name, value);
  }
  return membersOf(Object.fromEntries(merged), 'The webhook');
};
