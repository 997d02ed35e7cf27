import { asList, checkEvents } from './check-events.ts';
import { judgeDomainName } from './judge-domain-name.ts';
import { type Problem, problem } from './problems.ts';
import type { Arguments } from './read-arguments.ts';
import { Refusal } from './refusal.ts';

/** A domain of the account by its id, or any domain by its name (lower case, ASCII). */
export type DomainChoice = { id: string } | { name: string };

/** The arguments of `webhook/create`. */
export interface NewWebhook {
  title: string;
  url: string;
  domain: DomainChoice;
  events: string[];
}

const MAX_TITLE = 250;
const MAX_URL = 2048;
/** So many things wrong are enough to know; a request of a megabyte is not answered with another. */
const MAX_PROBLEMS = 50;

const isBlank = (text: string): boolean => text.trim() === '';

const checkTitle = (value: unknown): Problem[] => {
  if (value === undefined) return [problem('argumentMissing', { argument: 'title' })];
  if (typeof value !== 'string') return [problem('titleNotString')];
  if (isBlank(value)) return [problem('titleEmpty')];
  return Array.from(value).length > MAX_TITLE ? [problem('titleTooLong')] : [];
};

/** An absolute http or https URL. White space and control characters, which a parser drops or encodes, are no URI. */
const isCallableUrl = (text: string): boolean => {
  if (!/^https?:\/\//i.test(text) || /[\s\p{Cc}]/u.test(text)) return false;
  try {
    const { username, password } = new URL(text);
    return username === '' && password === '';
  } catch {
    return false;
  }
};

const checkUrl = (value: unknown): Problem[] => {
  if (value === undefined) return [problem('argumentMissing', { argument: 'url' })];
  if (typeof value !== 'string' || isBlank(value)) return [problem('urlEmpty')];
  if (!isCallableUrl(value)) return [problem('urlNotValid')];
  return value.length > MAX_URL ? [problem('urlTooLong')] : [];
};

const readDomainId = (value: unknown): { id: string } | Problem => {
  const id = typeof value === 'number' ? String(value) : value;
  return typeof id === 'string' && !isBlank(id) ? { id } : problem('domainIdEmpty');
};

const readDomainName = (value: unknown): { name: string } | Problem => {
  if (typeof value !== 'string' || isBlank(value)) return problem('domainEmpty');
  const verdict = judgeDomainName(value);
  return verdict.problem ?? { name: verdict.name };
};

/** The domain, by either of its two arguments, and what is wrong with each and with both together. */
const readDomain = (input: Arguments): { domain: DomainChoice | null; problems: Problem[]; together: Problem[] } => {
  const given = [
    ...(input.has('domainId') ? [readDomainId(input.get('domainId'))] : []),
    ...(input.has('domain') ? [readDomainName(input.get('domain'))] : []),
  ];
  const problems = given.filter((one) => 'text' in one);
  const domain = given.find((one): one is DomainChoice => !('text' in one)) ?? null;
  if (given.length === 0) return { domain, problems, together: [problem('domainMissing')] };
  return { domain, problems, together: given.length > 1 ? [problem('domainTwice')] : [] };
};

const readEvents = (value: unknown, registered: ReadonlySet<string>): { events: string[]; problems: Problem[] } => {
  if (value === undefined) return { events: [], problems: [problem('argumentMissing', { argument: 'events' })] };
  const events = asList(value);
  if (events === null || events.length === 0) return { events: [], problems: [problem('eventsNotArray')] };
  return { events: events as string[], problems: checkEvents(events, registered) };
};

/**
 * Reads the arguments of `webhook/create`. All that is wrong is told at once, argument by argument in the order of the
 * document (title, domainId, domain, url, events), then what is wrong with several together; of each argument but events
 * the first thing that is wrong.
 * @throws Refusal
 */
export const readNewWebhook = (input: Arguments, registered: ReadonlySet<string>): NewWebhook => {
  const [title, url] = [input.get('title'), input.get('url')];
  const { domain, ...ofDomain } = readDomain(input);
  const { events, problems: ofEvents } = readEvents(input.get('events'), registered);
  const problems = [...checkTitle(title), ...ofDomain.problems, ...checkUrl(url), ...ofEvents, ...ofDomain.together];
  if (problems.length > 0 || domain === null) throw new Refusal(problems.slice(0, MAX_PROBLEMS));
  return { title: title as string, url: url as string, domain, events };
};
