import { readFile } from 'node:fs/promises';

/** Most memory that a process has held at once, in MB of 10^6 bytes (VmHWM of proc(5)). Linux alone. */
export const readPeakMemory = async (pid: number): Promise<number> => {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kilobytes === undefined) throw new Error(`The memory of process ${pid} cannot be read`);
  return (Number(kilobytes) * 1024) / 1e6;
};
