import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What stands for a build of the console. */
export const CONSOLE_FILES = {
  'index.html':
    '<!doctype html><title>Console of the tests</title><script src="/console/assets/app-1a2b3c4d.js"></script>',
  'assets/app-1a2b3c4d.js': 'export {};',
  'favicon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  '.hidden': 'not for anybody',
};

/** A folder with these files, of which some may be left out. */
export const makeConsoleDir = async (
  files: Partial<typeof CONSOLE_FILES> = CONSOLE_FILES,
): Promise<{ path: string; write(files: Partial<typeof CONSOLE_FILES>): Promise<void>; remove(): Promise<void> }> => {
  const path = await mkdtemp(join(tmpdir(), 'posthorn-console-'));
  const write = async (added: Partial<typeof CONSOLE_FILES>): Promise<void> => {
    for (const [name, text] of Object.entries(added)) {
      await mkdir(dirname(join(path, name)), { recursive: true });
      await writeFile(join(path, name), text);
    }
  };
  await write(files);
  return { path, write, remove: () => rm(path, { recursive: true, force: true }) };
};
