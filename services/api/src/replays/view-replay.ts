import { encodeId, type ReplayView } from '@posthorn/contracts';
import type { ReplayRecord } from '@posthorn/database';

const reasonOf = ({ state, webhookState }: ReplayRecord): string | null => {
  if (state !== 'paused') return null;
  return webhookState === 'Active'
    ? 'The webhook is Active again; the replay goes on in a moment.'
    : `The webhook is ${webhookState}; the replay goes on when it is Active again.`;
};

export const viewReplay = (record: ReplayRecord): ReplayView => ({
  id: encodeId('replay', record.id),
  webhookId: record.webhookId,
  state: record.state,
  stateReason: reasonOf(record),
  filter: record.filter,
  total: record.counted ? record.total : null,
  done: record.done,
  succeeded: record.succeeded,
  failed: record.failed,
  skipped: record.done - record.succeeded - record.failed,
  created: record.created.toISOString(),
  createdBy: record.createdBy,
  finished: record.finished?.toISOString() ?? null,
});
