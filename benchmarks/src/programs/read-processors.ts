import { cpus } from 'node:os';

/** Time of all processors of the machine since it started, in milliseconds. */
export interface ProcessorTime {
  busyMs: number;
  totalMs: number;
}

export const readProcessors = (): ProcessorTime => {
  const times = cpus().map(({ times: { user, nice, sys, idle, irq } }) => ({ busy: user + nice + sys + irq, idle }));
  const busyMs = times.reduce((sum, { busy }) => sum + busy, 0);
  return { busyMs, totalMs: busyMs + times.reduce((sum, { idle }) => sum + idle, 0) };
};

/** How busy they were between two readings, in percent; 100 means that all of them were. */
export const busyPercent = (before: ProcessorTime, after: ProcessorTime): number =>
  ((after.busyMs - before.busyMs) / (after.totalMs - before.totalMs)) * 100;
