import { readFlag } from './read-flag.ts';

/** What an event name may be in the model; more names than these no webhook can have. */
const NAME = /^[^\p{Cc},]{1,200}$/u;
const MAX_NAMES = 200;

/** One thing wrong: at a name of the settings, or (null) with all of them. */
export type SettingsFault = { name: string | null };

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The objects that the settings are made of: one, or any number in a list; null when they are neither. */
const asObjects = (value: unknown): object[] | null => {
  if (value === '') return [];
  const objects = Array.isArray(value) ? value : [value];
  return objects.every(isObject) ? objects : null;
};

/**
 * Reads `settings`: an object of event names with true or false for each, or a list of such objects, of which a later one
 * wins. An empty text is what a form has for none.
 * @returns the settings, or what is wrong with them.
 */
export const readSettings = (value: unknown): Map<string, boolean> | SettingsFault => {
  const objects = asObjects(value);
  if (objects === null) return { name: null };
  const settings = new Map<string, boolean>();
  for (const [name, given] of objects.flatMap((object) => Object.entries(object))) {
    const isOn = readFlag(given);
    if (!NAME.test(name)) return { name: null };
    if (isOn === undefined) return { name };
    settings.set(name, isOn);
  }
  return settings.size > MAX_NAMES ? { name: null } : settings;
};
