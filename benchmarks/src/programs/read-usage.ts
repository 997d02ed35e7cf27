import { readFile } from 'node:fs/promises';

/** What a process has used until now. */
export interface Usage {
  /** User and system time. NaN where there is no /proc. */
  cpuMs: number;
  /** Resident memory now, in bytes. NaN where there is no /proc. */
  rssBytes: number;
}

/** Linux counts CPU time in hundredths of a second (USER_HZ) on every architecture that Node runs on. */
const MS_PER_TICK = 10;

/** User and system time in /proc/PID/stat: two fields after the name in parentheses, which may hold spaces (proc(5)). */
const parseTimesMs = (stat: string, first: number): number => {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[first]) + Number(fields[first + 1])) * MS_PER_TICK;
};

/** Of the process itself (utime, stime). */
export const parseCpuMs = (stat: string): number => parseTimesMs(stat, 11);

/** Of its children that have ended and were waited for (cutime, cstime). */
export const parseEndedChildrenMs = (stat: string): number => parseTimesMs(stat, 13);

/** Of /proc/PID/status. */
export const parseRssBytes = (status: string): number => Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;

export const readUsage = async (pid: number): Promise<Usage> => {
  const read = (name: string): Promise<string> => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
  const [stat, status] = await Promise.all([read('stat'), read('status')]);
  return { cpuMs: parseCpuMs(stat), rssBytes: parseRssBytes(status) };
};
