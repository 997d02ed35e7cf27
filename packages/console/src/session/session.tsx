import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { type Api, createApi } from '../api/create-api.ts';
import { ApiProblem } from '../api/problem.ts';
import { createSend, type Send } from '../api/send.ts';
import { readSession, signIn, signOut } from '../api/session-calls.ts';
import type { MeView, TokenScope } from '../api/types.ts';

/** The account that an admin chose last in this tab. It holds no secret. */
const ACCOUNT_KEY = 'posthorn.account';

const readChosen = (): number | null => Number(sessionStorage.getItem(ACCOUNT_KEY) ?? '') || null;

export type SessionState =
  | { status: 'loading' }
  | { status: 'signedOut' }
  | { status: 'unreachable'; error: unknown }
  | { status: 'signedIn'; me: MeView };

export interface Session {
  state: SessionState;
  send: Send;
  api: Api;
  /** The account of all calls: of the token, or the one that an admin chose. */
  accountId: number | null;
  signIn(token: string): Promise<void>;
  signOut(): Promise<void>;
  chooseAccount(id: number | null): void;
  reload(): void;
}

const SessionContext = createContext<Session | null>(null);

export const SessionProvider = ({ children }: { children: ReactNode }) => {
  const [state, setState] = useState<SessionState>({ status: 'loading' });
  const [chosen, setChosen] = useState(readChosen);
  const [round, setRound] = useState(0);
  const queries = useQueryClient();

  const end = useCallback(() => {
    setState({ status: 'signedOut' });
    queries.clear();
  }, [queries]);
  const send = useMemo(
    () => createSend({ fetch: globalThis.fetch.bind(globalThis), accountId: chosen, onSignedOut: end }),
    [chosen, end],
  );
  const api = useMemo(() => createApi(send), [send]);

  useEffect(() => {
    const stop = new AbortController();
    readSession(send, stop.signal).then(
      (me) => setState({ status: 'signedIn', me }),
      (error: unknown) => {
        if (stop.signal.aborted) return;
        const isOver = error instanceof ApiProblem && error.status === 401;
        // An account that was chosen earlier may be gone, or of another installation.
        if (error instanceof ApiProblem && !isOver && error.status < 500 && chosen !== null) {
          sessionStorage.removeItem(ACCOUNT_KEY);
          setChosen(null);
        } else setState(isOver ? { status: 'signedOut' } : { status: 'unreachable', error });
      },
    );
    return () => stop.abort();
  }, [send, round, chosen]);

  const session = useMemo<Session>(() => {
    const reload = (): void => setRound((before) => before + 1);
    const chooseAccount = (id: number | null): void => {
      if (id === null) sessionStorage.removeItem(ACCOUNT_KEY);
      else sessionStorage.setItem(ACCOUNT_KEY, String(id));
      // No page is shown meanwhile: it would read from the new account for the old one.
      setState({ status: 'loading' });
      queries.clear();
      setChosen(id);
      reload();
    };
    return {
      state,
      send,
      api,
      accountId: state.status === 'signedIn' ? (state.me.account?.id ?? null) : null,
      chooseAccount,
      reload,
      async signIn(token) {
        await signIn(send, token);
        chooseAccount(null);
      },
      async signOut() {
        await signOut(send);
        sessionStorage.removeItem(ACCOUNT_KEY);
        setChosen(null);
        end();
      },
    };
  }, [state, send, api, queries, end]);

  return <SessionContext value={session}>{children}</SessionContext>;
};

export const useSession = (): Session => {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('useSession needs a SessionProvider around it');
  return session;
};

export const useApi = (): Api => useSession().api;

/** Whoever is signed in. Only below what is shown to people who are. */
export const useMe = (): MeView => {
  const { state } = useSession();
  if (state.status !== 'signedIn') throw new Error('Nobody is signed in');
  return state.me;
};

/** Whether the token of the session has the scope; the admin has all. The server decides: this only hides what it would refuse. */
export const useMay = (scope: TokenScope): boolean => {
  const { isAdmin, token } = useMe();
  return isAdmin || (token?.scopes.includes(scope) ?? false);
};
