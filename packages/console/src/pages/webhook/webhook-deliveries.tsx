import { useApi } from '../../session/session.tsx';
import { PagedTable } from '../../ui/paged-table.tsx';
import { useFilters } from '../../ui/use-filters.ts';
import { useSettled } from '../../ui/use-settled.ts';
import { DELIVERY_COLUMNS, DeliveryFilters } from '../delivery-filters.tsx';

export const WebhookDeliveries = ({ webhookId }: { webhookId: number }) => {
  const api = useApi();
  const [filters, change] = useFilters(['status', 'event']);
  const settled = useSettled(JSON.stringify(filters));
  return (
    <div className="stack">
      <search className="filters">
        <DeliveryFilters values={filters} onChange={change} />
      </search>
      <PagedTable
        label="Deliveries of the webhook"
        queryKey={['deliveries', 'webhook', webhookId, settled]}
        read={(cursor, signal) =>
          api.webhookDeliveries(webhookId, { ...(JSON.parse(settled) as typeof filters), cursor }, signal)
        }
        keyOf={({ id }) => id}
        empty="No delivery is like that."
        columns={DELIVERY_COLUMNS}
      />
    </div>
  );
};
