import type { Caller, Manager } from '../../manager.ts';
import { problem } from './problems.ts';
import type { Arguments } from './read-arguments.ts';
import { Refusal } from './refusal.ts';

/** The largest id that the model can hold. */
const MAX_ID = 2_147_483_647;

const readId = (value: unknown): number => {
  if (value === undefined) throw new Refusal([problem('argumentMissing', { argument: 'id' })]);
  const id = typeof value === 'string' && /^\d{1,20}$/.test(value) ? Number(value) : value;
  if (typeof id !== 'number' || !Number.isInteger(id) || id < 1) throw new Refusal([problem('idNotPositive')]);
  return id;
};

/**
 * `webhook/remove`: `{"result": true}`.
 * @throws Refusal when the account has no such webhook.
 */
export const removeWebhook = async (manager: Manager, caller: Caller, input: Arguments): Promise<object> => {
  const id = readId(input.get('id'));
  const isRemoved = id <= MAX_ID && (await manager.deleteWebhook(caller, { id }));
  if (!isRemoved) throw new Refusal([problem('webhookNotFound', { id: String(id) })], 'not_found');
  return { result: true };
};
