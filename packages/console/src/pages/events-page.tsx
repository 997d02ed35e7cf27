import { type FormEvent, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { momentOfInput } from '../format/moments.ts';
import { useApi } from '../session/session.tsx';
import { Id, Moment } from '../ui/bits.tsx';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/fields.tsx';
import { Page } from '../ui/page.tsx';
import { PagedTable } from '../ui/paged-table.tsx';
import { useFilters } from '../ui/use-filters.ts';
import { useSettled } from '../ui/use-settled.ts';

/** An id leads straight to its event. */
const OpenById = () => {
  const [id, setId] = useState('');
  const [, navigate] = useLocation();
  const open = (event: FormEvent): void => {
    event.preventDefault();
    navigate(`/events/${encodeURIComponent(id.trim())}`);
  };
  return (
    <form className="filters" onSubmit={open}>
      <TextField label="Event id" hint="Opens the event" isMono placeholder="evt_…" value={id} onChange={setId} />
      <div className="field-button">
        <Button type="submit" isDisabled={id.trim() === ''}>
          Open event
        </Button>
      </div>
    </form>
  );
};

/** Finds events by their key, type, time, or a value in their data. */
const EventsPage = () => {
  const api = useApi();
  const [filters, change] = useFilters(['data', 'type', 'idempotencyKey', 'since', 'until']);
  const settled = useSettled(JSON.stringify(filters));
  const queryOf = (text: string) => {
    const { since, until, ...rest } = JSON.parse(text) as typeof filters;
    return { ...rest, since: momentOfInput(since), until: momentOfInput(until) };
  };
  return (
    <Page title="Events">
      <OpenById />
      <search className="filters">
        <TextField
          label="Value in the data"
          hint="Text, number or name of a field, as it is written"
          value={filters.data}
          onChange={(data) => change({ data })}
        />
        <TextField
          label="Type or pattern"
          hint="As in contact.*"
          isMono
          value={filters.type}
          onChange={(type) => change({ type })}
        />
        <TextField
          label="Idempotency key"
          isMono
          value={filters.idempotencyKey}
          onChange={(idempotencyKey) => change({ idempotencyKey })}
        />
        <TextField
          label="Received from"
          type="datetime-local"
          value={filters.since}
          onChange={(since) => change({ since })}
        />
        <TextField
          label="Received before"
          type="datetime-local"
          value={filters.until}
          onChange={(until) => change({ until })}
        />
      </search>
      <PagedTable
        label="Events"
        queryKey={['events', settled]}
        read={(cursor, signal) => api.events({ ...queryOf(settled), cursor }, signal)}
        keyOf={({ id }) => id}
        empty="No event is like that."
        columns={[
          { header: 'Event', cell: ({ id }) => <Id id={id} to={`/events/${id}`} /> },
          {
            header: 'Type',
            cell: ({ id, type }) => (
              <Link href={`/events/${id}`} className="mono">
                {type}
              </Link>
            ),
          },
          { header: 'Received', cell: ({ receivedAt }) => <Moment at={receivedAt} /> },
          { header: 'Key', cell: ({ idempotencyKey }) => <span className="mono clip">{idempotencyKey ?? '–'}</span> },
          { header: 'Data', cell: ({ dataPreview }) => <span className="mono clip">{dataPreview}</span> },
        ]}
      />
    </Page>
  );
};

export default EventsPage;
