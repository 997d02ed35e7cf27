import type { ReplayView } from '../api/types.ts';
import { Id, Moment } from '../ui/bits.tsx';
import { ReplayBar } from '../ui/replay-progress.tsx';
import type { Column } from '../ui/table.tsx';
import { CancelReplay } from './cancel-replay.tsx';

const describeFilter = ({ filter: { status, eventType } }: ReplayView): string =>
  [status.join(' and '), ...(eventType === null ? [] : [`of ${eventType}`])].join(' ');

export const REPLAY_COLUMNS: readonly Column<ReplayView>[] = [
  { header: 'Replay', cell: ({ id }) => <Id id={id} /> },
  { header: 'Of', cell: describeFilter },
  { header: 'Progress', cell: (replay) => <ReplayBar replay={replay} /> },
  { header: 'Asked for', cell: ({ created }) => <Moment at={created} /> },
  { header: 'By', cell: ({ createdBy }) => createdBy ?? '–' },
  { header: 'Over', cell: ({ finished }) => <Moment at={finished} /> },
  { header: 'Cancel', cell: (replay) => <CancelReplay replay={replay} /> },
];
