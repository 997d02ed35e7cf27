import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Reads `.env` at the root, where there is one. What the environment already sets wins. */
export const loadEnv = (root) => {
  const file = join(root, '.env');
  if (existsSync(file)) process.loadEnvFile(file);
};
