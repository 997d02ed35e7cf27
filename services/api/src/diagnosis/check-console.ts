import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiDeps } from '../api-deps.ts';
import { type Check, fine, warning } from './check.ts';

const BUILD = 'Run `npm run build`, or set CONSOLE=off where nobody needs it.';

export const checkConsole = ({ consoleDir = null }: Pick<ApiDeps, 'consoleDir'>): Check => ({
  name: 'console',
  advice: BUILD,
  async run() {
    if (consoleDir === null) return fine('There is no console here (CONSOLE=off).');
    const isBuilt = await access(join(consoleDir, 'index.html')).then(
      () => true,
      () => false,
    );
    return isBuilt
      ? fine('The console is built, and served under /console.')
      : warning('The console is not built.', BUILD);
  },
});
