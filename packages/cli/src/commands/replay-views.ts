import type { ReplayView } from '@posthorn/client';
import type { Output } from '../output/create-output.ts';
import { clean, formatTime } from '../output/format.ts';
import { renderFields, renderTable } from '../output/show-table.ts';

const paintState = (out: Output, { state, failed }: ReplayView): string => {
  if (state === 'done') return out.paint(failed === 0 ? 'green' : 'yellow', state);
  return state === 'cancelled' || state === 'paused' ? out.paint('yellow', state) : state;
};

const countsOf = ({ total, succeeded, failed, skipped }: ReplayView): string =>
  `${succeeded} succeeded, ${failed} failed, ${skipped} skipped of ${total ?? 'those that are being counted'}`;

/** `held and failed of contact.* since …` */
const describeFilter = ({ filter: { status, eventType, since, until } }: ReplayView): string =>
  [
    status.join(' and '),
    ...(eventType === null ? [] : [`of ${clean(eventType)}`]),
    ...(since === null ? [] : [`since ${formatTime(since)}`]),
    `until ${formatTime(until)}`,
  ].join(' ');

/** One line for a replay that is over. */
export const showReplayEnd = (out: Output, replay: ReplayView): void =>
  out.print(`${replay.id}  ${paintState(out, replay)}: ${countsOf(replay)}`);

export const showReplay = (out: Output, replay: ReplayView): void => {
  const { id, webhookId, state, stateReason, created, createdBy, finished } = replay;
  out.print(
    renderFields([
      ['Id', id],
      ['Webhook', String(webhookId)],
      ['State', stateReason === null ? paintState(out, replay) : `${state}: ${clean(stateReason)}`],
      ['Of', describeFilter(replay)],
      ['Progress', countsOf(replay)],
      ['Asked for', `${formatTime(created)} by ${clean(createdBy ?? '-')}`],
      ['Over', formatTime(finished)],
    ]),
  );
};

export const showReplays = (out: Output, replays: readonly ReplayView[]): void => {
  if (replays.length === 0) {
    out.print('No replays.');
    return;
  }
  const rows = replays.map((replay) => [
    replay.id,
    String(replay.webhookId),
    paintState(out, replay),
    String(replay.succeeded),
    String(replay.failed),
    replay.total === null ? '-' : `${replay.done} of ${replay.total}`,
    formatTime(replay.created),
  ]);
  const names = ['replay', 'webhook', 'state', 'succeeded', 'failed', 'done', 'asked for'];
  out.print(renderTable(names, rows, { numbers: [1, 3, 4, 5] }));
};
