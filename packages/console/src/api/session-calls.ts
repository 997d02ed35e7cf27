import { readJson, type Send } from './send.ts';
import type { MeView } from './types.ts';

const PATH = '/console/session';

/** Whose session this is. @throws ApiProblem 401 when there is none. */
export const readSession = (send: Send, signal?: AbortSignal): Promise<MeView> =>
  readJson<MeView>(send({ path: PATH, signal }));

/** Trades a token for the cookie of a session. The token is not kept. */
export const signIn = async (send: Send, token: string): Promise<void> =>
  void (await send({ method: 'POST', path: PATH, body: { token } }));

export const signOut = async (send: Send): Promise<void> => void (await send({ method: 'DELETE', path: PATH }));
