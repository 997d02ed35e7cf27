import type { Rig } from './start-rig.ts';

const readInteger = (answer: string): number => Number(/^:(\d+)/.exec(answer)?.[1] ?? Number.NaN);

/** Jobs of first attempts in Redis: those that wait, are delayed, or are being worked on. */
export const queueDepth = async ({ redis }: Rig): Promise<number> => {
  const key = 'posthorn:deliver-first';
  const answers = await Promise.all(
    [`LLEN ${key}:wait`, `ZCARD ${key}:delayed`, `LLEN ${key}:active`].map((command) => redis.command(command)),
  );
  return answers.reduce((sum, answer) => sum + readInteger(answer), 0);
};
