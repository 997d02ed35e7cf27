import { useQueryClient } from '@tanstack/react-query';
import type { PatchWebhookBody } from '../../api/types.ts';
import { useApi, useSession } from '../../session/session.tsx';

/** Changes a webhook and shows it changed everywhere. */
export const useWebhookChange = (id: number): ((body: PatchWebhookBody) => Promise<void>) => {
  const api = useApi();
  const { accountId } = useSession();
  const queries = useQueryClient();
  return async (body) => {
    queries.setQueryData([accountId, 'webhook', id], await api.updateWebhook(id, body));
    await queries.invalidateQueries();
  };
};
