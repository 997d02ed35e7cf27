import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const isProgram = (file) => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/**
 * The Chromium of this machine: the one that CHROMIUM names, else the first on the PATH; null when there is none.
 * Playwright's own is a download that closed networks do not allow.
 */
export const findChromium = ({ CHROMIUM, PATH = '' }) => {
  const candidates = CHROMIUM
    ? [CHROMIUM]
    : PATH.split(delimiter).flatMap((dir) => NAMES.map((name) => join(dir, name)));
  return candidates.find(isProgram) ?? null;
};
