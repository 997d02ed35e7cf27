import { Link } from 'wouter';
import { formatCount, formatShare } from '../format/numbers.ts';
import { useApi } from '../session/session.tsx';
import { Empty, Moment, WebhookBadge } from '../ui/bits.tsx';
import { Card } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { Table } from '../ui/table.tsx';
import { type Range, sinceOf } from './ranges.ts';

const SHOWN = 10;

/** Webhooks that are in an episode now, and those with the most failures of the time that is shown. */
export const FailingWebhooks = ({ range }: { range: Range }) => {
  const api = useApi();
  return (
    <Card title="Failing webhooks" actions={<Link href="/webhooks?failing=true">All failing</Link>}>
      <QueryView
        queryKey={['failing']}
        read={(signal) => api.webhooks({ failing: true, limit: SHOWN }, signal)}
        label="failing webhooks"
        refetchMs={30_000}
      >
        {({ items }) =>
          items.length === 0 ? (
            <Empty>No webhook fails now.</Empty>
          ) : (
            <Table
              label="Failing webhooks"
              items={items}
              keyOf={({ id }) => id}
              columns={[
                {
                  header: 'Webhook',
                  cell: ({ id, name }) => <Link href={`/webhooks/${id}`}>{name || `Webhook ${id}`}</Link>,
                },
                { header: 'State', cell: ({ state }) => <WebhookBadge state={state} /> },
                { header: 'Since', cell: ({ failingSince }) => <Moment at={failingSince} /> },
                {
                  header: 'Errors in a row',
                  isNumber: true,
                  cell: ({ consecutiveErrors }) => formatCount(consecutiveErrors),
                },
              ]}
            />
          )
        }
      </QueryView>
      <h3>Most failures, {range.label.toLowerCase()}</h3>
      <QueryView
        queryKey={['webhook-stats', range.value]}
        read={(signal) => api.webhookStats({ ...sinceOf(range, Date.now()), onlyFailed: true, limit: SHOWN }, signal)}
        label="failures by webhook"
      >
        {({ items }) =>
          items.length === 0 ? (
            <Empty>No attempt failed in this time.</Empty>
          ) : (
            <Table
              label="Most failures"
              items={items}
              keyOf={({ webhookId }) => webhookId}
              columns={[
                {
                  header: 'Webhook',
                  cell: ({ webhookId, name }) => (
                    <Link href={`/webhooks/${webhookId}`}>{name || `Webhook ${webhookId}`}</Link>
                  ),
                },
                { header: 'Failed', isNumber: true, cell: (item) => formatCount(item.failed) },
                {
                  header: 'Success rate',
                  isNumber: true,
                  cell: ({ succeeded, failed }) => formatShare(succeeded, succeeded + failed),
                },
              ]}
            />
          )
        }
      </QueryView>
    </Card>
  );
};
