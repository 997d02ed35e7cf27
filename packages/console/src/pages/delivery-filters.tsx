import type { DeliverySummary } from '../api/types.ts';
import { DELIVERY_WORDS } from '../format/words.ts';
import { formatCount } from '../format/numbers.ts';
import { DeliveryBadge, Id, Moment } from '../ui/bits.tsx';
import { Select, TextField } from '../ui/fields.tsx';
import type { Column } from '../ui/table.tsx';

const STATUSES = [
  { value: '', label: 'Any status' },
  ...Object.entries(DELIVERY_WORDS).map(([value, { label }]) => ({ value, label })),
];

export interface DeliveryFilterValues {
  status: string;
  event: string;
}

export const DeliveryFilters = ({
  values,
  onChange,
}: {
  values: DeliveryFilterValues;
  onChange: (change: Partial<DeliveryFilterValues>) => void;
}) => (
  <>
    <Select label="Status" value={values.status} choices={STATUSES} onChange={(status) => onChange({ status })} />
    <TextField label="Event type" value={values.event} isMono onChange={(event) => onChange({ event })} />
  </>
);

export const DELIVERY_COLUMNS: readonly Column<DeliverySummary>[] = [
  { header: 'Delivery', cell: ({ id }) => <Id id={id} to={`/deliveries/${id}`} /> },
  { header: 'Status', cell: ({ status }) => <DeliveryBadge status={status} /> },
  { header: 'Event type', cell: ({ eventType }) => <span className="mono">{eventType}</span> },
  { header: 'Attempts', isNumber: true, cell: ({ attempts }) => formatCount(attempts) },
  { header: 'Accepted', cell: ({ createdAt }) => <Moment at={createdAt} /> },
  { header: 'Next attempt', cell: ({ nextAttemptAt }) => <Moment at={nextAttemptAt} /> },
  { header: 'Settled', cell: ({ settledAt }) => <Moment at={settledAt} /> },
];

export const WEBHOOK_COLUMN: Column<DeliverySummary> = {
  header: 'Webhook',
  cell: ({ webhookId }) => <Id id={webhookId} to={`/webhooks/${webhookId}`} />,
};
