import type { ReplayView } from '@posthorn/client';
import { Presets, SingleBar } from 'cli-progress';
import type { Cli } from '../cli.ts';
import type { Output } from './create-output.ts';
import { clean } from './format.ts';

/** Shows how far a replay is. */
export interface Progress {
  update(replay: ReplayView): void;
  /** May be called again. */
  stop(): void;
}

const describe = ({ state, stateReason, total, done, succeeded, failed }: ReplayView): string => {
  if (state === 'paused') return `paused: ${clean(stateReason ?? 'its webhook is not Active')}`;
  if (total === null) return 'counting';
  return `${done} of ${total}: ${succeeded} succeeded, ${failed} failed`;
};

/** A line on standard error whenever something has changed: for logs. */
const createLines = (out: Output): Progress => {
  let shown = '';
  return {
    update(replay) {
      const line = describe(replay);
      if (line !== shown) out.note(line);
      shown = line;
    },
    stop() {},
  };
};

const createBar = (stream: Cli['stderr']): Progress => {
  const format = '{bar} {percentage}%  {text}';
  const bar = new SingleBar({ format, stream, hideCursor: true, gracefulExit: true }, Presets.shades_classic);
  let running = false;
  return {
    update(replay) {
      const payload = { text: describe(replay) };
      const total = Math.max(1, replay.total ?? 1);
      if (!running) bar.start(total, replay.done, payload);
      running = true;
      bar.setTotal(total);
      bar.update(replay.total === 0 ? 1 : replay.done, payload);
    },
    stop() {
      if (running) bar.stop();
      running = false;
    },
  };
};

/** A bar on a terminal, lines elsewhere, nothing for programs. */
export const createProgress = (cli: Pick<Cli, 'stderr'>, out: Output): Progress =>
  out.notesToTerminal ? createBar(cli.stderr) : createLines(out);
