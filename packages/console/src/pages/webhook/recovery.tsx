import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReplayView, WebhookView } from '../../api/types.ts';
import { useApi, useMay, useSession } from '../../session/session.tsx';
import { Button } from '../../ui/button.tsx';
import { ProblemPanel } from '../../ui/problem-panel.tsx';
import { ReplayProgress } from '../../ui/replay-progress.tsx';

/** Whether anything is held for the webhook. */
const useHeld = (id: number): boolean => {
  const api = useApi();
  const { accountId } = useSession();
  const { data } = useQuery({
    queryKey: [accountId, 'deliveries', 'held', id],
    queryFn: ({ signal }) => api.webhookDeliveries(id, { status: 'held', limit: 1 }, signal),
  });
  return (data?.items.length ?? 0) > 0;
};

/** Puts a webhook back to work and sends what was held meanwhile, with its progress. */
export const Recovery = ({ webhook: { id, state } }: { webhook: WebhookView }) => {
  const api = useApi();
  const queries = useQueryClient();
  const mayManage = useMay('manage');
  const hasHeld = useHeld(id);
  const [replay, setReplay] = useState<ReplayView | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);

  const work = async (step: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await step();
      await queries.invalidateQueries();
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  const recover = async (): Promise<void> => {
    if (state !== 'Active') await api.updateWebhook(id, { state: 'Active' });
    setReplay(await api.startReplay(id, { status: ['held'] }));
  };

  const isOff = state !== 'Active';
  const label = isOff ? 'Reactivate and replay what was held' : 'Replay what is held';
  return (
    <div className="stack">
      {mayManage && (isOff || (hasHeld && replay === null)) && (
        <div className="row">
          <Button kind="primary" isBusy={isBusy} onPress={() => void work(recover)}>
            {label}
          </Button>
          {isOff && (
            <Button isDisabled={isBusy} onPress={() => void work(() => api.updateWebhook(id, { state: 'Active' }))}>
              Only reactivate
            </Button>
          )}
        </div>
      )}
      {error !== null && <ProblemPanel error={error} />}
      {replay !== null && (
        <div>
          <h3>Replay of what was held</h3>
          <ReplayProgress key={replay.id} replay={replay} />
        </div>
      )}
    </div>
  );
};
