import { sendRaw } from './start-test-dialect.ts';

/** A browser that has signed in to the console. */
export interface ConsoleVisit {
  /** `name=value`, as the browser sends it back. */
  cookie: string;
  /** What every call of the page has. */
  headers: Record<string, string>;
}

/** Headers of a call that a page of this server makes. */
export const PAGE_HEADERS = { 'posthorn-console': '1', 'sec-fetch-site': 'same-origin' };

/** Signs in with a token. @throws Error when the server refuses it. */
export const signIn = async (url: string, token: string): Promise<ConsoleVisit> => {
  const body = JSON.stringify({ token });
  const headers = { ...PAGE_HEADERS, 'content-type': 'application/json', 'content-length': String(body.length) };
  const answer = await sendRaw(url, { method: 'POST', path: '/console/session', headers, body });
  const [cookie = ''] = answer.headers['set-cookie']?.[0]?.split(';') ?? [];
  if (answer.status !== 204 || cookie === '')
    throw new Error(`The sign-in was answered ${answer.status}: ${answer.text}`);
  return { cookie, headers: { ...PAGE_HEADERS, cookie } };
};
