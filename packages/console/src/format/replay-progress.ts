import type { ReplayView } from '../api/types.ts';
import { formatCount } from './numbers.ts';

/** Percent that is over; null until its deliveries are counted. */
export const replayPercent = ({
  total,
  done,
  finished,
}: Pick<ReplayView, 'total' | 'done' | 'finished'>): number | null => {
  if (finished !== null || total === 0) return 100;
  return total === null ? null : Math.min(100, (done / total) * 100);
};

/** `12 of 40: 10 delivered, 1 failed, 1 skipped`. */
export const describeProgress = ({ total, done, succeeded, failed, skipped }: ReplayView): string => {
  const of = total === null ? `${formatCount(done)} so far` : `${formatCount(done)} of ${formatCount(total)}`;
  const parts = [`${formatCount(succeeded)} delivered`];
  if (failed > 0) parts.push(`${formatCount(failed)} failed`);
  if (skipped > 0) parts.push(`${formatCount(skipped)} skipped`);
  return `${of}: ${parts.join(', ')}`;
};
