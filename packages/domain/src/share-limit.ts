/** This worker among the workers that are alive: `rank` from 0, `size` at least 1. */
export interface FleetPosition {
  rank: number;
  size: number;
}

/**
 * This worker's part of a limit that holds over all workers: whole slots, the remainder to the lowest ranks. The parts
 * add up to the limit exactly; when there are more workers than slots the last ones get none and leave the work to others.
 */
export const shareSlots = (limit: number, { rank, size }: FleetPosition): number =>
  Math.floor(limit / size) + (rank < limit % size ? 1 : 0);

/** This worker's part of a rate. */
export const shareRate = (perSecond: number, { size }: FleetPosition): number => perSecond / size;
