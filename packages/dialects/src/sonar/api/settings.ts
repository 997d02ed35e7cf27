import type { DefinedWebhook, WebhookDefinition } from '@posthorn/contracts';

/** Event names in the order in which they were given, and whether each is on. */
export type Settings = ReadonlyMap<string, boolean>;

/** What the dialect keeps with a webhook: names that are off, and the order of all, which the events alone do not tell. */
interface KeptSettings {
  off: string[];
  order: string[];
}

const namesIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((name): name is string => typeof name === 'string') : [];

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;

/** Settings as the model has them: the names that are on are the events. `kept` is for `dialectData.sonar`. */
export const toModel = (settings: Settings): { events: string[]; kept: KeptSettings } => {
  const names = [...settings.keys()];
  return {
    events: names.filter((name) => settings.get(name) === true),
    kept: { off: names.filter((name) => settings.get(name) !== true), order: names },
  };
};

/**
 * The settings of any webhook: each of its events is on, and what was given as off is shown so, unless it is an event
 * meanwhile. Names that were given keep their order; those that came otherwise follow.
 */
export const settingsOf = ({ events, dialectData }: Pick<DefinedWebhook, 'events' | 'dialectData'>): Settings => {
  const kept = memberOf(dialectData, 'sonar');
  const off = namesIn(memberOf(kept, 'off'));
  const known = new Map([...off.map((name) => [name, false] as const), ...events.map((name) => [name, true] as const)]);
  const order = namesIn(memberOf(kept, 'order')).filter((name) => known.has(name));
  return new Map([...new Set([...order, ...events, ...off])].map((name) => [name, known.get(name) === true]));
};

/** What changes of a webhook when it gets these settings; what other dialects keep with it stays. */
export const applySettings = (
  settings: Settings,
  dialectData: DefinedWebhook['dialectData'] = {},
): Pick<WebhookDefinition, 'events' | 'dialectData'> => {
  const { events, kept } = toModel(settings);
  return { events, dialectData: { ...dialectData, sonar: kept } };
};
