import type { WebhookView } from '../../api/types.ts';
import { mergeHistory } from '../../health/merge-history.ts';
import { useLive } from '../../live/live.tsx';
import { useApi, useMay } from '../../session/session.tsx';
import { Empty, Moment } from '../../ui/bits.tsx';
import { QueryView } from '../../ui/query-view.tsx';

const SHOWN = 30;

/** What happened to the webhook and what people did with it. The audit log is for those who may manage; others see the rest. */
export const WebhookHistory = ({ webhook }: { webhook: WebhookView }) => {
  const api = useApi();
  const mayManage = useMay('manage');
  const { states } = useLive();
  const read = async (signal: AbortSignal) => {
    const [audit, notices] = await Promise.all([
      mayManage ? api.audit({ targetType: 'webhook', targetId: webhook.id, limit: SHOWN }, signal) : { items: [] },
      api.notices({ webhookId: webhook.id, limit: SHOWN }, signal),
    ]);
    return { audit: audit.items, notices: notices.items };
  };
  return (
    <>
      <h3>What happened</h3>
      <QueryView queryKey={['history', webhook.id]} read={read} label="history">
        {(found) => {
          const entries = mergeHistory({
            ...found,
            webhook,
            states: states.filter(({ webhookId }) => webhookId === webhook.id),
          });
          if (entries.length === 0) return <Empty>Nothing yet.</Empty>;
          return (
            <ol className="timeline">
              {entries.map(({ id, at, tone, title, detail }) => (
                <li key={id} data-tone={tone}>
                  <span className="timeline-title">{title}</span> <Moment at={at} />
                  {detail !== '' && <p className="muted">{detail}</p>}
                </li>
              ))}
            </ol>
          );
        }}
      </QueryView>
    </>
  );
};
