import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useParams } from 'wouter';
import type { DeliveryView } from '../api/types.ts';
import { DELIVERY_WORDS } from '../format/words.ts';
import { useApi, useMay } from '../session/session.tsx';
import { DeliveryBadge, Empty, Id, Moment } from '../ui/bits.tsx';
import { Button } from '../ui/button.tsx';
import { Card, Facts, Page } from '../ui/page.tsx';
import { ProblemPanel } from '../ui/problem-panel.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { AttemptCard } from './attempt-card.tsx';

const RetryButton = ({ id }: { id: string }) => {
  const api = useApi();
  const queries = useQueryClient();
  const [said, setSaid] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  if (!useMay('manage')) return null;
  const retry = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await api.retryDelivery(id);
      setSaid('A retry was asked for; its attempt appears below.');
      await queries.invalidateQueries();
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button kind="primary" isBusy={isBusy} onPress={() => void retry()}>
        Retry now
      </Button>
      <span role="status">{said}</span>
      {error !== null && <ProblemPanel error={error} />}
    </>
  );
};

const DeliveryContent = ({ delivery }: { delivery: DeliveryView }) => (
  <Page
    title="Delivery"
    badge={<DeliveryBadge status={delivery.status} />}
    subtitle={<Id id={delivery.id} />}
    actions={<RetryButton id={delivery.id} />}
  >
    <Card title="Summary">
      <Facts
        facts={[
          ['Status', DELIVERY_WORDS[delivery.status].meaning],
          ['Event', <Id key="event" id={delivery.eventId} to={`/events/${delivery.eventId}`} />],
          [
            'Event type',
            <span key="type" className="mono">
              {delivery.eventType}
            </span>,
          ],
          ['Webhook', <Id key="webhook" id={delivery.webhookId} to={`/webhooks/${delivery.webhookId}`} />],
          ['Accepted', <Moment key="accepted" at={delivery.createdAt} />],
          ['Next attempt', <Moment key="next" at={delivery.nextAttemptAt} />],
          ['Settled', <Moment key="settled" at={delivery.settledAt} />],
        ]}
      />
    </Card>
    <h2>Attempts</h2>
    {delivery.attemptLog.length === 0 ? (
      <Empty>No attempt was made yet.</Empty>
    ) : (
      <ol className="timeline">
        {delivery.attemptLog.map((attempt, at) => (
          <AttemptCard key={attempt.id} attempt={attempt} isOpen={at === delivery.attemptLog.length - 1} />
        ))}
      </ol>
    )}
  </Page>
);

const DeliveryPage = () => {
  const api = useApi();
  const id = useParams()['id'] ?? '';
  return (
    <QueryView
      queryKey={['delivery', id]}
      read={(signal) => api.delivery(id, signal)}
      label="delivery"
      pageTitle="Delivery"
      lines={10}
    >
      {(delivery) => <DeliveryContent delivery={delivery} />}
    </QueryView>
  );
};

export default DeliveryPage;
