import { momentOfInput } from '../format/moments.ts';
import { useApi } from '../session/session.tsx';
import { TextField } from '../ui/fields.tsx';
import { Page } from '../ui/page.tsx';
import { PagedTable } from '../ui/paged-table.tsx';
import { useFilters } from '../ui/use-filters.ts';
import { useSettled } from '../ui/use-settled.ts';
import { DELIVERY_COLUMNS, DeliveryFilters, WEBHOOK_COLUMN } from './delivery-filters.tsx';

/** Deliveries of the whole account. */
const DeliveriesPage = () => {
  const api = useApi();
  const [filters, change] = useFilters(['status', 'event', 'webhookId', 'eventId', 'since', 'until']);
  const settled = useSettled(JSON.stringify(filters));
  const queryOf = (text: string) => {
    const { since, until, ...rest } = JSON.parse(text) as typeof filters;
    return { ...rest, since: momentOfInput(since), until: momentOfInput(until) };
  };
  return (
    <Page title="Deliveries">
      <search className="filters">
        <DeliveryFilters values={filters} onChange={change} />
        <TextField
          label="Webhook id"
          value={filters.webhookId}
          isMono
          onChange={(webhookId) => change({ webhookId })}
        />
        <TextField label="Event id" value={filters.eventId} isMono onChange={(eventId) => change({ eventId })} />
        <TextField
          label="Accepted from"
          type="datetime-local"
          value={filters.since}
          onChange={(since) => change({ since })}
        />
        <TextField
          label="Accepted before"
          type="datetime-local"
          value={filters.until}
          onChange={(until) => change({ until })}
        />
      </search>
      <PagedTable
        label="Deliveries"
        queryKey={['deliveries', 'account', settled]}
        read={(cursor, signal) => api.deliveries({ ...queryOf(settled), cursor }, signal)}
        keyOf={({ id }) => id}
        empty="No delivery is like that."
        columns={[...DELIVERY_COLUMNS.slice(0, 3), WEBHOOK_COLUMN, ...DELIVERY_COLUMNS.slice(3)]}
      />
    </Page>
  );
};

export default DeliveriesPage;
