import type { AuditEntryView } from '../api/types.ts';
import { describeAction } from '../format/words.ts';
import { momentOfInput } from '../format/moments.ts';
import { useApi, useMay } from '../session/session.tsx';
import { Id, Moment } from '../ui/bits.tsx';
import { Select, TextField } from '../ui/fields.tsx';
import { Page } from '../ui/page.tsx';
import { PagedTable } from '../ui/paged-table.tsx';
import { useFilters } from '../ui/use-filters.ts';
import { useSettled } from '../ui/use-settled.ts';

/** Types alone come from the contract here: this is where the compiler says that one is missing, or is none any more. */
const ACTIONS = Object.keys({
  'account.create': true,
  'token.create': true,
  'token.update': true,
  'token.revoke': true,
  'webhook.create': true,
  'webhook.update': true,
  'webhook.delete': true,
  'webhook.rotate_secret': true,
  'delivery.retry': true,
  'replay.create': true,
  'replay.cancel': true,
  'domain.create': true,
} satisfies Record<AuditEntryView['action'], true>);
const CHOICES = [{ value: '', label: 'Any' }, ...ACTIONS.map((value) => ({ value, label: describeAction(value) }))];

/** Where the thing of a line is shown; deleted things and those without a page lead nowhere. */
const pathOf = ({ action, target: { type, id } }: AuditEntryView): string | undefined => {
  if (action === 'webhook.delete') return undefined;
  if (type === 'webhook') return `/webhooks/${id}`;
  return type === 'delivery' ? `/deliveries/${id}` : undefined;
};

const Target = ({ entry }: { entry: AuditEntryView }) => {
  const path = pathOf(entry);
  const { id, name } = entry.target;
  return (
    <>
      {name !== null && <span>{name} </span>}
      {path === undefined ? <Id id={id} /> : <Id id={id} to={path} />}
    </>
  );
};

const AuditPage = () => {
  const api = useApi();
  const [filters, change] = useFilters(['action', 'targetId', 'since', 'until']);
  const settled = useSettled(JSON.stringify(filters));
  const queryOf = (text: string) => {
    const { since, until, ...rest } = JSON.parse(text) as typeof filters;
    return { ...rest, since: momentOfInput(since), until: momentOfInput(until) };
  };
  if (!useMay('manage')) {
    return (
      <Page title="Audit log">
        <p className="empty">The audit log is shown to tokens with the scope manage.</p>
      </Page>
    );
  }
  return (
    <Page title="Audit log" subtitle="Who changed what, when and from where. Values are not kept.">
      <search className="filters">
        <Select label="What" value={filters.action} choices={CHOICES} onChange={(action) => change({ action })} />
        <TextField
          label="Id of the thing"
          isMono
          value={filters.targetId}
          onChange={(targetId) => change({ targetId })}
        />
        <TextField label="From" type="datetime-local" value={filters.since} onChange={(since) => change({ since })} />
        <TextField label="Before" type="datetime-local" value={filters.until} onChange={(until) => change({ until })} />
      </search>
      <PagedTable
        label="Audit log"
        queryKey={['audit', settled]}
        read={(cursor, signal) => api.audit({ ...queryOf(settled), cursor }, signal)}
        keyOf={({ id }) => id}
        empty="Nobody changed anything like that."
        columns={[
          { header: 'When', cell: ({ at }) => <Moment at={at} /> },
          { header: 'What', cell: ({ action }) => describeAction(action) },
          { header: 'Of', cell: (entry) => <Target entry={entry} /> },
          { header: 'By', cell: ({ actor }) => actor.name },
          { header: 'Changed', cell: ({ changed }) => <span className="mono">{changed.join(', ') || '–'}</span> },
          { header: 'By way of', cell: ({ api: name }) => name },
          { header: 'Address', cell: ({ address }) => <span className="mono">{address ?? '–'}</span> },
          { header: 'Request', cell: ({ requestId }) => <span className="mono clip">{requestId ?? '–'}</span> },
        ]}
      />
    </Page>
  );
};

export default AuditPage;
