import { Link, useParams } from 'wouter';
import type { EventMatch, EventView } from '../api/types.ts';
import { prettyValue } from '../format/pretty.ts';
import { useApi } from '../session/session.tsx';
import { Badge, Code, CopyButton, DeliveryBadge, Empty, Id, Moment, WebhookBadge } from '../ui/bits.tsx';
import { Card, Facts, Page } from '../ui/page.tsx';
import { PagedTable } from '../ui/paged-table.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { Table } from '../ui/table.tsx';
import { DELIVERY_COLUMNS, WEBHOOK_COLUMN } from './delivery-filters.tsx';

const MATCHED = { tone: 'good', label: 'Matched', meaning: 'It has a delivery for this webhook.' } as const;
const NOT_MATCHED = { tone: 'quiet', label: 'Not matched', meaning: 'It has no delivery for this webhook.' } as const;

const DeliveryOfMatch = ({ match: { deliveryId, deliveryStatus } }: { match: EventMatch }) =>
  deliveryId === null ? (
    <span className="muted">–</span>
  ) : (
    <span className="row">
      {deliveryStatus !== null && <DeliveryBadge status={deliveryStatus} />}
      <Link href={`/deliveries/${deliveryId}`}>Delivery</Link>
    </span>
  );

const WebhookOfMatch = ({ webhookId, name }: EventMatch) =>
  name === null ? <Id id={webhookId} /> : <Link href={`/webhooks/${webhookId}`}>{name || `Webhook ${webhookId}`}</Link>;

/** Which webhooks it reached, which not, and why. */
const Matches = ({ eventId }: { eventId: string }) => {
  const api = useApi();
  return (
    <Card title="Which webhooks matched">
      <PagedTable
        label="Webhooks and the event"
        queryKey={['event', eventId, 'matches']}
        read={(cursor, signal) => api.matches(eventId, { cursor }, signal)}
        keyOf={({ webhookId }) => webhookId}
        empty="The account has no webhooks."
        columns={[
          { header: 'Webhook', cell: WebhookOfMatch },
          { header: 'Matched', cell: ({ matched }) => <Badge wording={matched ? MATCHED : NOT_MATCHED} /> },
          { header: 'Why', cell: ({ message }) => message },
          { header: 'Patterns', cell: ({ events }) => <span className="mono clip">{events.join(', ')}</span> },
          { header: 'State', cell: ({ state }) => (state === null ? '–' : <WebhookBadge state={state} />) },
          { header: 'Delivery', cell: (match) => <DeliveryOfMatch match={match} /> },
        ]}
      />
    </Card>
  );
};

const EventContent = ({ event }: { event: EventView }) => {
  const text = prettyValue(event.data);
  return (
    <Page title={event.type} subtitle={<Id id={event.id} />}>
      <Card title="Event" actions={<CopyButton text={text} label="Copy data" />}>
        <Facts
          facts={[
            ['Happened', <Moment key="occurred" at={event.occurredAt} />],
            ['Received', <Moment key="received" at={event.receivedAt} />],
            ['Idempotency key', event.idempotencyKey === null ? '–' : <code key="key">{event.idempotencyKey}</code>],
          ]}
        />
        <Code text={text} label="Data of the event" />
      </Card>
      <Card title="Deliveries">
        {event.deliveries.length === 0 ? (
          <Empty>No webhook matched: there is nothing to deliver.</Empty>
        ) : (
          <Table
            label="Deliveries of the event"
            items={event.deliveries}
            keyOf={({ id }) => id}
            columns={[...DELIVERY_COLUMNS.slice(0, 2), WEBHOOK_COLUMN, ...DELIVERY_COLUMNS.slice(3)]}
          />
        )}
      </Card>
      <Matches eventId={event.id} />
    </Page>
  );
};

const EventPage = () => {
  const api = useApi();
  const id = useParams()['id'] ?? '';
  return (
    <QueryView
      queryKey={['event', id]}
      read={(signal) => api.event(id, signal)}
      label="event"
      pageTitle="Event"
      lines={10}
    >
      {(event) => <EventContent event={event} />}
    </QueryView>
  );
};

export default EventPage;
