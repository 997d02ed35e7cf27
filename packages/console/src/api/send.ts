import { readProblem, Unreachable } from './problem.ts';

export type QueryValue = string | number | boolean | null | undefined;

export interface CallInput {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** From the root of the server: `/v1/webhooks`. */
  path: string;
  /** What is empty is left out. */
  query?: Readonly<Record<string, QueryValue>>;
  body?: unknown;
  signal?: AbortSignal | undefined;
  /** Media types that are wanted. Default JSON. */
  accept?: string;
  headers?: Readonly<Record<string, string>>;
}

export interface SendOptions {
  fetch: typeof globalThis.fetch;
  /** The account that an admin works in; null with a token of an account. */
  accountId: number | null;
  /** Told of an answer 401: the session is over. */
  onSignedOut: () => void;
}

/** Sends one request and gives its answer when it is a good one. @throws ApiProblem, Unreachable. */
export type Send = (input: CallInput) => Promise<Response>;

/** Path and query. An empty value is no filter, and no parameter. */
export const addressOf = (path: string, query: CallInput['query'] = {}): string => {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '');
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? path : `${path}?${text}`;
};

const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError';

/**
 * Requests of the console. The cookie counts only together with the header `Posthorn-Console`, which neither a form nor a
 * page of another site can send.
 */
export const createSend = ({ fetch, accountId, onSignedOut }: SendOptions): Send => {
  const fixed: Record<string, string> = { 'Posthorn-Console': '1' };
  if (accountId !== null) fixed['Posthorn-Account'] = String(accountId);
  return async ({ method = 'GET', path, query, body, signal, accept = 'application/json', headers: more = {} }) => {
    const headers: Record<string, string> = { ...fixed, ...more, Accept: accept };
    const init: RequestInit = { method, headers, credentials: 'same-origin', cache: 'no-store' };
    if (signal !== undefined) init.signal = signal;
    if (body !== undefined) {
      headers['Content-Type'] = 'application/json';
      init.body = JSON.stringify(body);
    }
    const response = await fetch(addressOf(path, query), init).catch((error: unknown) => {
      throw isAbort(error) ? error : new Unreachable(error);
    });
    if (response.ok) return response;
    const problem = await readProblem(response);
    if (problem.status === 401) onSignedOut();
    throw problem;
  };
};

/** The JSON of a good answer. */
export const readJson = async <T>(answer: Promise<Response>): Promise<T> => (await (await answer).json()) as T;
