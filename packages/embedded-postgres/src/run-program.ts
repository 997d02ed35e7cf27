import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The user that PostgreSQL runs as; undefined means the current one. */
export interface ServerUser {
  uid: number;
  gid: number;
}

/**
 * PostgreSQL refuses to run as root. As root, it runs as `postgres` where that user exists, else as `nobody`: no user is
 * added to the machine.
 */
export const findServerUser = async (): Promise<ServerUser | undefined> => {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
      return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
    } catch {
      // No such user: the next one.
    }
  }
  throw new Error(
    'PostgreSQL cannot run as root, and there is no user postgres or nobody: start as an ordinary user, or set DATABASE_URL.',
  );
};

/** Runs one of PostgreSQL's programs to its end. Resolves with its exit code; a failure's output is in the result. */
export const runProgram = async (
  file: string,
  args: readonly string[],
  user: ServerUser | undefined,
): Promise<{ code: number; output: string }> => {
  try {
    // C messages: what we show in errors does not depend on the machine's language.
    const env = { ...process.env, LC_ALL: 'C' };
    const { stdout, stderr } = await run(file, [...args], { ...user, env, cwd: '/', timeout: 120_000 });
    return { code: 0, output: `${stdout}${stderr}` };
  } catch (error) {
    const failure = error as { code?: number | string; stdout?: string; stderr?: string; message: string };
    if (typeof failure.code !== 'number') throw error;
    return { code: failure.code, output: `${failure.stdout ?? ''}${failure.stderr ?? ''}`.trim() };
  }
};
