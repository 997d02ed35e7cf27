/**
 * Every text that this API answers with, as the vendor's document has it, and the HTTP status that goes with it. The
 * document names no statuses: whoever knows the vendor's own changes them here, and nowhere else. `{name}` is filled in.
 */
export const PROBLEMS = {
  argumentMissing: { status: 400, text: 'Argument {argument} required' },
  titleNotString: { status: 400, text: 'Argument title must be a string' },
  titleEmpty: { status: 400, text: 'Argument title must be a non-empty string' },
  titleTooLong: { status: 400, text: 'Argument title must be a string with max length within 250 characters' },
  domainIdEmpty: { status: 400, text: 'Argument domainId must be a non-empty string' },
  domainLimitReached: { status: 400, text: 'Domains limit {limit} is reached' },
  domainNotFound: { status: 400, text: 'Domain {id} not found' },
  domainEmpty: { status: 400, text: 'Argument domain must be a non-empty string' },
  domainNotValid: { status: 400, text: 'Argument domain must be a valid domain name' },
  domainIsEsp: { status: 400, text: 'Domain {domain} is a registered ESP' },
  domainTldUnknown: { status: 400, text: 'Domain {domain} has unknown TLD' },
  urlEmpty: { status: 400, text: 'Argument url must be a non-empty string' },
  urlNotValid: { status: 400, text: 'Argument url must be a valid URI' },
  urlTooLong: { status: 400, text: 'Argument url can not be longer than 2048' },
  eventsNotArray: { status: 400, text: 'Argument events must be an array of allowed event names' },
  eventEmpty: { status: 400, text: 'Each event must be a not empty string with registered event type' },
  eventTwice: { status: 400, text: 'Event type {event} is duplicated as {double}' },
  eventUnknown: { status: 400, text: 'Event type {event} is not registered' },
  domainMissing: {
    status: 400,
    text: 'Minimum one unique domain identification (domainId or domain) is required.',
  },
  domainTwice: { status: 400, text: 'Only one domain identifier is allowed' },
  webhookExists: { status: 400, text: 'Web hook with such URL is already registered for selected domain' },
  idNotPositive: { status: 400, text: 'Argument id must be a positive integer' },
  webhookNotFound: { status: 400, text: 'Web hook config {id} not found in your account' },
  // A list without webhooks is a normal outcome: clients that throw for 4xx must not throw for it.
  noWebhooks: { status: 200, text: 'There is no web hook configurations in your account' },
  tokenMalformed: { status: 401, text: 'Invalid authorization token!' },
  tokenUnknown: { status: 401, text: 'no matches found for access token {accessToken}' },
  // The document writes these two places as $key and $accessToken.
  tokenNotAllowed: { status: 403, text: 'access token check failed for key/secret {key}/{accessToken}' },
  bodyUnreadable: { status: 400, text: 'Bad Request' },
  pathUnknown: { status: 404, text: 'Bad Request' },
  methodNotAllowed: { status: 405, text: 'Bad Request' },
  conflict: { status: 409, text: 'Bad Request' },
  bodyTooLarge: { status: 413, text: 'Bad Request' },
  mediaTypeUnknown: { status: 415, text: 'Bad Request' },
  tooManyRequests: { status: 429, text: 'Bad Request' },
  serverFailed: { status: 500, text: 'Internal server error' },
  serverUnavailable: { status: 503, text: 'Internal server error' },
} as const satisfies Record<string, { status: number; text: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

type PlacesOf<Text extends string> = Text extends `${string}{${infer Place}}${infer Rest}`
  ? Place | PlacesOf<Rest>
  : never;

/** One thing that is wrong, with the text that says so. */
export interface Problem {
  status: number;
  text: string;
}

const MAX_VALUE = 200;

/** What a client sent, short enough to be sent back. */
const shorten = (value: string): string => (value.length > MAX_VALUE ? `${value.slice(0, MAX_VALUE)}…` : value);

/** `values` has a text for each place of the problem's text; longer ones are cut at 200 characters. */
export const problem = <Code extends ProblemCode>(
  code: Code,
  ...[values]: [PlacesOf<(typeof PROBLEMS)[Code]['text']>] extends [never]
    ? []
    : [Record<PlacesOf<(typeof PROBLEMS)[Code]['text']>, string>]
): Problem => {
  const { status, text } = PROBLEMS[code];
  const places = new Map(Object.entries<string>(values ?? {}));
  return { status, text: text.replaceAll(/\{(\w+)\}/g, (_place, name: string) => shorten(places.get(name) ?? '')) };
};
