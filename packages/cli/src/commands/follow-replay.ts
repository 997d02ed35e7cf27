import type { PosthornClient, ReplayView } from '@posthorn/client';
import { EXIT } from '../exit-codes.ts';
import { createProgress } from '../output/show-progress.ts';
import type { Session } from '../session.ts';
import { showReplayEnd } from './replay-views.ts';

const LOOK_MS = 500;

/** Shows how far a replay is until it is over, and then how it ended; deliveries that failed again are a failure. */
export const followReplay = async (
  { cli, out, signal }: Session,
  client: PosthornClient,
  id: string,
): Promise<void> => {
  const progress = createProgress(cli, out);
  const onProgress = (now: ReplayView): void => progress.update(now);
  try {
    const ended = await client.replays.waitFor(id, { intervalMs: LOOK_MS, onProgress, signal });
    progress.stop();
    if (ended.state !== 'done' || ended.failed > 0) cli.setExitCode(EXIT.failed);
    out.show(ended, () => showReplayEnd(out, ended));
  } catch (error) {
    progress.stop();
    if (signal.aborted) out.note(`The replay goes on. To see it: posthorn replays show ${id} --follow`);
    throw error;
  }
};
