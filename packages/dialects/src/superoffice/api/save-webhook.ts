import { type DefinedWebhook, isHttpType, type NewWebhookDefinition } from '@posthorn/contracts';
import type { Call } from './call.ts';
import { type SavedFields, toChanges } from './read-webhook.ts';
import { noSuchWebhook, Refusal } from './refusal.ts';

/** What webhooks that are made here have beside the fields of this API. */
export const OWN_KIND = { format: 'superoffice', httpMethod: 'POST', dialectData: {} } as const;

/** How a webhook of another kind is tested; a stored webhook keeps its own. */
type Kind = Pick<NewWebhookDefinition, 'format' | 'httpMethod' | 'dialectData'>;

/** @throws Refusal `validation_failed`. What is stored already stays usable: only a target that is new is judged. */
const assertHttps = ({ switches }: Call, { type, targetUrl }: SavedFields, current: DefinedWebhook | null): void => {
  const isKept = current !== null && current.targetUrl === targetUrl && current.type === type;
  if (!switches.requireHttps || isKept || !isHttpType(type) || /^\s*https:/i.test(targetUrl)) return;
  throw new Refusal('validation_failed', `TargetUrl must be https: ${targetUrl}`);
};

/** @throws Refusal `validation_failed` when the target does not answer a test event with 200. */
const assertAnswers = async ({ manager, caller, switches }: Call, saved: SavedFields, kind: Kind & { id: number }) => {
  if (!switches.pingOnSave || saved.state !== 'Active' || !isHttpType(saved.type)) return;
  const { response, error } = await manager.testWebhook(caller, { ...saved, ...kind });
  if (response?.status === 200) return;
  const reason =
    response === null ? `there was no answer: ${error?.message ?? ''}` : `the answer was ${response.status}`;
  throw new Refusal(
    'validation_failed',
    `TargetUrl ${saved.targetUrl} must answer a test event with 200 OK; ${reason}`,
  );
};

/** @throws Refusal, PosthornError `validation_failed` */
export const createWebhook = async (call: Call, saved: SavedFields): Promise<DefinedWebhook> => {
  assertHttps(call, saved, null);
  await assertAnswers(call, saved, { ...OWN_KIND, id: 0 });
  const created = await call.manager.createWebhook(call.caller, { ...saved, ...OWN_KIND });
  if (created === null) throw new Error('A webhook was not created although nothing kept it from being so.');
  return created;
};

/**
 * Saves a webhook that is there. `decide` gives the fields by what they are; it is asked again while nobody else can
 * change them, so a test event may have gone out by what they were before.
 * @throws Refusal `not_found` and what `decide` throws; PosthornError `validation_failed`
 */
export const changeWebhook = async (
  call: Call,
  id: number,
  decide: (current: DefinedWebhook) => SavedFields,
): Promise<DefinedWebhook> => {
  const { manager, caller, switches } = call;
  if (switches.pingOnSave) {
    const current = await manager.findWebhook(caller, { id });
    if (current === null) throw noSuchWebhook(id);
    const saved = decide(current);
    assertHttps(call, saved, current);
    const { format, httpMethod, dialectData } = current;
    await assertAnswers(call, saved, { format, httpMethod, dialectData, id });
  }
  const changed = await manager.changeWebhook(caller, { id }, (current) => {
    const saved = decide(current);
    assertHttps(call, saved, current);
    return toChanges(saved, current);
  });
  if (changed === null) throw noSuchWebhook(id);
  return changed;
};
