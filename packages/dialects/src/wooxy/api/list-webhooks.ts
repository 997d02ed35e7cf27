import type { Caller, Manager } from '../../manager.ts';
import { problem } from './problems.ts';
import { Refusal } from './refusal.ts';
import { viewListed } from './view-webhook.ts';

/**
 * `webhook/list`: `{"result": true, "data": [...]}`, every webhook of the account, whichever API made it.
 * @throws Refusal when there are none: the document has an error for it.
 */
export const listWebhooks = async (manager: Manager, caller: Caller): Promise<object> => {
  const webhooks = await manager.listWebhooks(caller, {});
  if (webhooks.length === 0) throw new Refusal([problem('noWebhooks')], 'not_found');
  return { result: true, data: webhooks.map(viewListed) };
};
