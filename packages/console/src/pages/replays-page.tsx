import { REPLAY_WORDS } from '../format/words.ts';
import { useApi } from '../session/session.tsx';
import { Id } from '../ui/bits.tsx';
import { Select } from '../ui/fields.tsx';
import { Page } from '../ui/page.tsx';
import { PagedTable } from '../ui/paged-table.tsx';
import { useFilters } from '../ui/use-filters.ts';
import { REPLAY_COLUMNS } from './replay-columns.tsx';

const STATES = [
  { value: '', label: 'Any state' },
  ...Object.entries(REPLAY_WORDS).map(([value, { label }]) => ({ value, label })),
];

const ReplaysPage = () => {
  const api = useApi();
  const [{ state }, change] = useFilters(['state']);
  return (
    <Page title="Replays" subtitle="Deliveries that were sent again. A new one is started on the page of its webhook.">
      <search className="filters">
        <Select label="State" value={state} choices={STATES} onChange={(next) => change({ state: next })} />
      </search>
      <PagedTable
        label="Replays"
        queryKey={['replays', 'account', state]}
        read={(cursor, signal) => api.replays({ state, cursor }, signal)}
        keyOf={({ id }) => id}
        empty="Nothing was replayed yet."
        columns={[
          ...REPLAY_COLUMNS.slice(0, 1),
          { header: 'Webhook', cell: ({ webhookId }) => <Id id={webhookId} to={`/webhooks/${webhookId}`} /> },
          ...REPLAY_COLUMNS.slice(1),
        ]}
      />
    </Page>
  );
};

export default ReplaysPage;
