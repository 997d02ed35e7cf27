import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The user that PostgreSQL runs as; undefined means the current one. */
export interface ServerUser {
  uid: number;
  gid: number;
  /** It may pass folders that are closed to it, such as /root. */
  passesFolders?: boolean;
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

/** setpriv (util-linux) changes the user and keeps one of root's rights: to pass folders that are closed to that user. */
const SETPRIV_RIGHT = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override', '--securebits=+no_setuid_fixup'];

const asUser = (file: string, args: readonly string[], { uid, gid, passesFolders }: ServerUser) =>
  passesFolders === true
    ? {
        file: 'setpriv',
        args: [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', ...SETPRIV_RIGHT, file, ...args],
        options: {},
      }
    : { file, args: [...args], options: { uid, gid } };

/**
 * The user, with what it takes to reach the paths. A project in /root is the usual case of a container: its folders are
 * closed to everybody else, and to open them is not ours.
 * @throws Error in words for an operator when there is no way.
 */
export const letReach = async (user: ServerUser, paths: readonly string[]): Promise<ServerUser> => {
  const canReach = async (as: ServerUser): Promise<boolean> => {
    const script = 'for path; do test -x "$path" || exit 1; done';
    // Without setpriv, or without the right to use it, the answer is no.
    const result = await runProgram('/bin/sh', ['-c', script, 'sh', ...paths], as).catch(() => ({ code: 1 }));
    return result.code === 0;
  };
  if (await canReach(user)) return user;
  const passing = { ...user, passesFolders: true };
  if (await canReach(passing)) return passing;
  throw new Error(
    `PostgreSQL cannot run as root, and the user that it runs as instead (${user.uid}) cannot reach ${paths.join(' or ')}: start as an ordinary user, move it to a folder that others may enter, or set DATABASE_URL.`,
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
    const call = user === undefined ? { file, args: [...args], options: {} } : asUser(file, args, user);
    const { stdout, stderr } = await run(call.file, call.args, { ...call.options, env, cwd: '/', timeout: 120_000 });
    return { code: 0, output: `${stdout}${stderr}` };
  } catch (error) {
    const failure = error as { code?: number | string; stdout?: string; stderr?: string; message: string };
    if (typeof failure.code !== 'number') throw error;
    return { code: failure.code, output: `${failure.stdout ?? ''}${failure.stderr ?? ''}`.trim() };
  }
};
