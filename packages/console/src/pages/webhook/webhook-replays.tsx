import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiProblem } from '../../api/problem.ts';
import type { CreateReplayBody, WebhookView } from '../../api/types.ts';
import { sortErrors } from '../../forms/field-errors.ts';
import { momentOfInput } from '../../format/moments.ts';
import { useApi, useMay } from '../../session/session.tsx';
import { Button } from '../../ui/button.tsx';
import { Select, TextField } from '../../ui/fields.tsx';
import { Card } from '../../ui/page.tsx';
import { PagedTable } from '../../ui/paged-table.tsx';
import { ProblemPanel } from '../../ui/problem-panel.tsx';
import { REPLAY_COLUMNS } from '../replay-columns.tsx';

const REPLAYABLE = [
  { value: 'held', label: 'Held' },
  { value: 'failed', label: 'Failed' },
  { value: 'failed,held', label: 'Failed and held' },
  { value: 'succeeded', label: 'Succeeded' },
];
const EMPTY = { status: 'failed,held', eventType: '', since: '', until: '' };

const bodyOf = (form: typeof EMPTY): CreateReplayBody => {
  const since = momentOfInput(form.since);
  const until = momentOfInput(form.until);
  return {
    status: form.status.split(',') as NonNullable<CreateReplayBody['status']>,
    ...(form.eventType === '' ? {} : { eventType: form.eventType }),
    ...(since === null ? {} : { since }),
    ...(until === null ? {} : { until }),
  };
};

/** Asks for a replay by status, type and time. */
const NewReplay = ({ webhook: { id, state } }: { webhook: WebhookView }) => {
  const api = useApi();
  const queries = useQueryClient();
  const [form, setForm] = useState(EMPTY);
  const [error, setError] = useState<unknown>(null);
  const { byField } = sortErrors(error instanceof ApiProblem ? error.errors : [], Object.keys(EMPTY));
  const start = async (): Promise<void> => {
    setError(null);
    try {
      await api.startReplay(id, bodyOf(form));
      await queries.invalidateQueries();
    } catch (thrown) {
      setError(thrown);
    }
  };
  const field = (name: keyof typeof EMPTY) => ({
    name,
    value: form[name],
    errors: byField[name] ?? [],
    onChange: (value: string) => setForm((before) => ({ ...before, [name]: value })),
  });
  return (
    <Card title="New replay">
      <div className="filters">
        <Select label="Deliveries" choices={REPLAYABLE} {...field('status')} />
        <TextField label="Event type or pattern" isMono {...field('eventType')} />
        <TextField label="Accepted from" type="datetime-local" {...field('since')} />
        <TextField label="Accepted before" type="datetime-local" {...field('until')} />
      </div>
      {state !== 'Active' && (
        <p className="muted">The webhook is not Active: reactivate it first, on the tab Health.</p>
      )}
      {error !== null && <ProblemPanel error={error} />}
      <div className="row">
        <Button kind="primary" onPress={() => void start()}>
          Start replay
        </Button>
      </div>
    </Card>
  );
};

export const WebhookReplays = ({ webhook }: { webhook: WebhookView }) => {
  const api = useApi();
  return (
    <div className="stack">
      {useMay('manage') && <NewReplay webhook={webhook} />}
      <PagedTable
        label="Replays of the webhook"
        queryKey={['replays', 'webhook', webhook.id]}
        read={(cursor, signal) => api.webhookReplays(webhook.id, { cursor }, signal)}
        keyOf={({ id }) => id}
        empty="Nothing of this webhook was replayed yet."
        columns={REPLAY_COLUMNS}
      />
    </div>
  );
};
