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

/** Of /proc/PID/stat, after the name in parentheses, which may hold spaces: `state ppid … utime stime` (proc(5)). */
export const parseCpuMs = (stat: string): number => {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
};

/** Of /proc/PID/status. */
export const parseRssBytes = (status: string): number => Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;

export const readUsage = async (pid: number): Promise<Usage> => {
  const read = (name: string): Promise<string> => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
  const [stat, status] = await Promise.all([read('stat'), read('status')]);
  return { cpuMs: parseCpuMs(stat), rssBytes: parseRssBytes(status) };
};
