import { Link } from 'wouter';
import { formatCount, formatMs } from '../format/numbers.ts';
import { useLive } from '../live/live.tsx';
import { Empty, Moment, OutcomeBadge } from '../ui/bits.tsx';
import { Card } from '../ui/page.tsx';
import { Table } from '../ui/table.tsx';

const SHOWN = 12;

/** Attempts as they are made. */
export const LiveAttempts = () => {
  const { attempts, skipped } = useLive();
  return (
    <Card title="Attempts, live">
      {attempts.length === 0 ? (
        <Empty>Attempts appear here as they are made.</Empty>
      ) : (
        <Table
          label="Attempts, live"
          items={attempts.slice(0, SHOWN)}
          keyOf={({ id }) => id}
          columns={[
            { header: 'When', cell: ({ at }) => <Moment at={at} /> },
            {
              header: 'Event',
              cell: ({ deliveryId, eventType }) => <Link href={`/deliveries/${deliveryId}`}>{eventType}</Link>,
            },
            {
              header: 'Webhook',
              cell: ({ webhookId, webhookName }) => (
                <Link href={`/webhooks/${webhookId}`}>{webhookName || webhookId}</Link>
              ),
            },
            { header: 'Outcome', cell: ({ outcome }) => <OutcomeBadge outcome={outcome} /> },
            { header: 'Answer', cell: ({ status, errorCode }) => <code>{status ?? errorCode ?? '–'}</code> },
            { header: 'Took', isNumber: true, cell: ({ durationMs }) => formatMs(durationMs) },
          ]}
        />
      )}
      {skipped > 0 && <p className="muted">{formatCount(skipped)} more were too many to show one by one.</p>}
    </Card>
  );
};
