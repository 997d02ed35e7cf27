import { useQuery } from '@tanstack/react-query';
import { Label, ProgressBar } from 'react-aria-components';
import type { ReplayView } from '../api/types.ts';
import { describeProgress, replayPercent } from '../format/replay-progress.ts';
import { useApi, useSession } from '../session/session.tsx';
import { ReplayBadge } from './bits.tsx';

/** The stream tells of progress; this asks, too, for the time in which there is no stream. */
const LOOK_EVERY_MS = 2000;

/** How far a replay is. */
export const ReplayBar = ({ replay }: { replay: ReplayView }) => {
  const percent = replayPercent(replay);
  return (
    <div className="replay">
      <ProgressBar
        value={percent ?? 0}
        isIndeterminate={percent === null}
        valueLabel={describeProgress(replay)}
        className="progress"
      >
        <Label className="row">
          <ReplayBadge state={replay.state} /> <span>{describeProgress(replay)}</span>
        </Label>
        <div className="progress-track">
          <div className="progress-fill" data-unknown={percent === null} style={{ width: `${percent ?? 30}%` }} />
        </div>
      </ProgressBar>
      {replay.stateReason !== null && <p className="muted">{replay.stateReason}</p>}
    </div>
  );
};

/** The same of a replay that is under way, followed to its end. */
export const ReplayProgress = ({ replay }: { replay: ReplayView }) => {
  const api = useApi();
  const { accountId } = useSession();
  const { data } = useQuery({
    queryKey: [accountId, 'replay', replay.id],
    queryFn: ({ signal }) => api.replay(replay.id, signal),
    initialData: replay,
    refetchInterval: (query) => (query.state.data?.finished === null ? LOOK_EVERY_MS : false),
  });
  return <ReplayBar replay={data} />;
};
