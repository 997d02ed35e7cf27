import { encodeId, PosthornError, type StreamItem, type StreamKind } from '@posthorn/contracts';
import { type Database, type LiveAttempt, loadLiveAttempts, type OwnedAttempt } from '@posthorn/database';
import { type Logger, type Loop, startLoop } from '@posthorn/runtime';
import type { Allowance } from './allowance.ts';
import { type AccountWatch, createAccountWatch } from './watch-account.ts';
import { type AttemptWatch, createAttemptWatch } from './watch-attempts.ts';

/** Whoever wants to know what happens in an account. */
export interface Listener {
  accountId: number;
  /** Null: every webhook. */
  webhookId: number | null;
  kinds: ReadonlySet<StreamKind>;
  /** How many attempts may be shown. */
  allowance: Allowance;
  /** `cursorMs`: where to go on after these. */
  onItems(items: readonly StreamItem[], cursorMs: number): void;
  /** The service stops: nothing more comes. */
  onStop(): void;
}

/** Looks for all listeners of this process together, while there are any: twice a second, by three short queries and two for each account. */
export interface LiveFeed {
  /** Resolves once everything that is committed from then on will be told; gives what ends it. @throws PosthornError `unavailable` */
  join(listener: Listener): Promise<() => void>;
  /** Resolves when nothing looks any more. */
  stop(): Promise<void>;
}

const INTERVAL_MS = 500;

/** An attempt as streams show it. */
export const viewLiveAttempt = (attempt: LiveAttempt): StreamItem => ({
  type: 'attempt',
  data: {
    id: encodeId('attempt', attempt.id),
    at: attempt.startedAt.toISOString(),
    deliveryId: encodeId('delivery', attempt.deliveryId),
    eventId: encodeId('event', attempt.eventId),
    eventType: attempt.eventType,
    webhookId: attempt.webhookId,
    webhookName: attempt.webhookName,
    trigger: attempt.trigger,
    number: attempt.number,
    outcome: attempt.succeeded ? 'succeeded' : 'failed',
    status: attempt.status,
    errorCode: attempt.errorCode,
    durationMs: attempt.durationMs,
    deliveryStatus: attempt.deliveryStatus,
  },
});

/** Whether an item of the account is for a listener. */
export const wants = (listener: Pick<Listener, 'webhookId' | 'kinds'>, kind: StreamKind, webhookId: number): boolean =>
  listener.kinds.has(kind) && (listener.webhookId === null || listener.webhookId === webhookId);

/** What looks while somebody listens. */
interface Watch {
  attempts: AttemptWatch;
  accounts: Map<number, AccountWatch>;
  loop: Loop;
}

const stopping = (): PosthornError =>
  new PosthornError('unavailable', 'This server stops. Connect again.', { retryAfterSeconds: 1 });

export const createLiveFeed = ({ database, logger }: { database: Database; logger: Logger }): LiveFeed => {
  const listeners = new Set<Listener>();
  let watch: Watch | null = null;
  let stopped = false;
  /** Loops that end. */
  const ending = new Set<Promise<void>>();

  const listAccounts = (kinds: readonly StreamKind[]): number[] => [
    ...new Set([...listeners].filter((one) => kinds.some((kind) => one.kinds.has(kind))).map((one) => one.accountId)),
  ];

  const tellAttempts = async (owned: readonly OwnedAttempt[], cursorMs: number): Promise<void> => {
    const chosen = [...listeners].map((listener) => {
      const own = owned.filter(
        ({ accountId, webhookId }) => accountId === listener.accountId && wants(listener, 'attempt', webhookId),
      );
      const shown = own.slice(0, listener.allowance.available());
      listener.allowance.take(shown.length);
      return { listener, shown, skipped: own.length - shown.length };
    });
    const loaded = await loadLiveAttempts(database, [
      ...new Set(chosen.flatMap(({ shown }) => shown.map(({ id }) => id))),
    ]);
    for (const { listener, shown, skipped } of chosen) {
      const items = shown.flatMap(({ id }) => {
        const attempt = loaded.get(id);
        return attempt === undefined ? [] : [viewLiveAttempt(attempt)];
      });
      if (skipped > 0) items.push({ type: 'skipped', data: { attempts: skipped } });
      if (items.length > 0) listener.onItems(items, cursorMs);
    }
  };

  const tellChanges = async (accounts: ReadonlyMap<number, AccountWatch>, cursorMs: number): Promise<void> => {
    for (const accountId of listAccounts(['state', 'replay'])) {
      const items = (await accounts.get(accountId)?.look()) ?? [];
      for (const listener of listeners) {
        if (listener.accountId !== accountId) continue;
        const own = items.filter(({ type, data }) => wants(listener, type, data.webhookId));
        if (own.length > 0) listener.onItems(own, cursorMs);
      }
    }
  };

  const begin = (): Watch => {
    const attempts = createAttemptWatch(database);
    const accounts = new Map<number, AccountWatch>();
    const own: Watch = { attempts, accounts, loop: { stop: () => Promise.resolve() } };
    own.loop = startLoop({
      intervalMs: INTERVAL_MS,
      async run() {
        const cursorMs = Date.now();
        await tellAttempts(await attempts.look(() => listAccounts(['attempt'])), cursorMs);
        await tellChanges(accounts, cursorMs);
        return false;
      },
      onLost(error) {
        // Nobody listens any more: the database may be closed.
        if (watch === own) logger.warn({ err: error }, 'streams.not_fed');
      },
      onBack: () => logger.info('streams.fed_again'),
    });
    return own;
  };

  const end = (): void => {
    if (watch === null) return;
    const ended: Promise<void> = watch.loop.stop().finally(() => ending.delete(ended));
    ending.add(ended);
    watch = null;
  };

  const leave = (listener: Listener): void => {
    listeners.delete(listener);
    if (listeners.size === 0) end();
    else if (!listAccounts(['state', 'replay']).includes(listener.accountId))
      watch?.accounts.delete(listener.accountId);
  };

  return {
    async join(listener) {
      if (stopped) throw stopping();
      listeners.add(listener);
      watch ??= begin();
      const { attempts, accounts } = watch;
      try {
        await attempts.begin();
        if (listener.kinds.has('state') || listener.kinds.has('replay')) {
          const account = accounts.get(listener.accountId) ?? createAccountWatch(database, listener.accountId);
          accounts.set(listener.accountId, account);
          await account.begin();
        }
        if (stopped) throw stopping();
      } catch (error) {
        leave(listener);
        throw error;
      }
      return () => leave(listener);
    },
    async stop() {
      stopped = true;
      end();
      await Promise.all(ending);
      for (const listener of listeners) listener.onStop();
    },
  };
};
