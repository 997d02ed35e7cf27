import type { FieldError } from '@posthorn/contracts';
import { PosthornApiError } from './errors.ts';
import { readRetryAfter } from './read-retry-after.ts';

/** What an answer is read from. */
export interface RawAnswer {
  status: number;
  contentType: string;
  location: string | undefined;
  retryAfter: string | undefined;
  text: string;
}

export interface AnswerReading {
  requestMethod: string;
  requestPath: string;
  /** Never shown, even where the answer repeats it. */
  token: string;
  /** For calls whose answer is one whatever its status. */
  isAnswer?: ((body: unknown) => boolean) | undefined;
}

const EXCERPT_CHARACTERS = 200;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isFieldError = (value: unknown): value is FieldError =>
  isRecord(value) && [value['path'], value['code'], value['message']].every((part) => typeof part === 'string');

/** `undefined` stands for text that is not JSON. Every string in it passes through `mapText`. */
const parseJson = (text: string, mapText = (part: string): string => part): unknown => {
  try {
    return JSON.parse(text, (_key, value: unknown) => (typeof value === 'string' ? mapText(value) : value));
  } catch {
    return undefined;
  }
};

/** What came instead of an answer of Posthorn's, in words. */
const describeUnexpected = ({ status, contentType, location, text }: RawAnswer): string => {
  if (location !== undefined) return `a redirect to ${location.slice(0, EXCERPT_CHARACTERS)}, which is not followed`;
  if (text === '') return 'an empty body';
  // A broken success may hold a secret that was asked for; a proxy's page does not call itself JSON.
  if (status < 300 && /json/i.test(contentType)) return `${text.length} characters that are not valid JSON`;
  const line = text.replace(/\s+/g, ' ').trim();
  const excerpt = line.length > EXCERPT_CHARACTERS ? `${line.slice(0, EXCERPT_CHARACTERS)}…` : line;
  return `${contentType === '' ? 'an unnamed content type' : contentType.slice(0, 100)}, starting with: ${excerpt}`;
};

/**
 * The body of a success; `undefined` for a deletion and for 204, which have none.
 * @throws PosthornApiError for every other answer, and for a success that is not JSON.
 */
export const readAnswer = (answer: RawAnswer, { token, isAnswer, ...request }: AnswerReading): unknown => {
  const { status } = answer;
  const success = status >= 200 && status < 300;
  if (success && answer.text === '' && (status === 204 || request.requestMethod === 'DELETE')) return undefined;
  if (success || isAnswer !== undefined) {
    const body = parseJson(answer.text);
    if (success ? body !== undefined : isAnswer?.(body) === true) return body;
  }
  // Debugging proxies echo requests. From here on the text can reach logs.
  const hide = (text: string): string => text.replaceAll(token, '[token]');
  const problem = success ? undefined : parseJson(answer.text, hide);
  const retryAfterSeconds = readRetryAfter(answer.retryAfter, Date.now()) ?? undefined;
  if (isRecord(problem) && typeof problem['code'] === 'string') {
    const { code, detail, title, errors } = problem;
    throw new PosthornApiError({
      ...request,
      status,
      code,
      title: typeof title === 'string' ? title : '',
      detail: [detail, title].find((text) => typeof text === 'string') ?? '',
      errors: Array.isArray(errors) ? errors.filter(isFieldError) : [],
      retryAfterSeconds,
    });
  }
  const safe = { ...answer, text: hide(answer.text), location: answer.location && hide(answer.location) };
  const detail = `not an answer of Posthorn's but ${describeUnexpected(safe)}`;
  throw new PosthornApiError({ ...request, status, code: 'unexpected_answer', detail, retryAfterSeconds });
};
