import { Link } from 'wouter';
import { WEBHOOK_WORDS } from '../format/words.ts';
import { formatCount } from '../format/numbers.ts';
import { useApi, useMay } from '../session/session.tsx';
import { Id, Moment, WebhookBadge } from '../ui/bits.tsx';
import { Select, TextField } from '../ui/fields.tsx';
import { Page } from '../ui/page.tsx';
import { PagedTable } from '../ui/paged-table.tsx';
import { useFilters } from '../ui/use-filters.ts';
import { useSettled } from '../ui/use-settled.ts';

const STATES = [
  { value: '', label: 'Any state' },
  ...Object.entries(WEBHOOK_WORDS).map(([value, { label }]) => ({ value, label })),
];
const FAILING = [
  { value: '', label: 'All' },
  { value: 'true', label: 'Failing now' },
];

/** All webhooks of the account, to find one among them. */
const WebhooksPage = () => {
  const api = useApi();
  const mayManage = useMay('manage');
  const [filters, change] = useFilters(['search', 'state', 'event', 'failing']);
  const settled = useSettled(JSON.stringify(filters));
  return (
    <Page
      title="Webhooks"
      actions={
        mayManage && (
          <Link href="/webhooks/new" className="button button-primary">
            New webhook
          </Link>
        )
      }
    >
      <search className="filters">
        <TextField
          label="Search"
          hint="Part of the name or the target"
          value={filters.search}
          onChange={(search) => change({ search })}
        />
        <Select label="State" value={filters.state} choices={STATES} onChange={(state) => change({ state })} />
        <TextField
          label="Event"
          hint="A type: those that it reaches"
          value={filters.event}
          onChange={(event) => change({ event })}
        />
        <Select label="Errors" value={filters.failing} choices={FAILING} onChange={(failing) => change({ failing })} />
      </search>
      <PagedTable
        label="Webhooks"
        queryKey={['webhooks', settled]}
        read={(cursor, signal) => api.webhooks({ ...(JSON.parse(settled) as typeof filters), cursor }, signal)}
        keyOf={({ id }) => id}
        empty={
          Object.values(filters).some((value) => value !== '')
            ? 'No webhook is like that.'
            : 'There is no webhook yet. The first one tells Posthorn where to send events.'
        }
        columns={[
          { header: 'Id', cell: ({ id }) => <Id id={id} to={`/webhooks/${id}`} /> },
          { header: 'Name', cell: ({ id, name }) => <Link href={`/webhooks/${id}`}>{name || `Webhook ${id}`}</Link> },
          { header: 'State', cell: ({ state }) => <WebhookBadge state={state} /> },
          { header: 'Events', cell: ({ events }) => <span className="mono clip">{events.join(', ')}</span> },
          { header: 'Target', cell: ({ targetUrl }) => <span className="mono clip">{targetUrl}</span> },
          {
            header: 'Errors in a row',
            isNumber: true,
            cell: ({ consecutiveErrors }) => formatCount(consecutiveErrors),
          },
          { header: 'Failing since', cell: ({ failingSince }) => <Moment at={failingSince} /> },
        ]}
      />
    </Page>
  );
};

export default WebhooksPage;
