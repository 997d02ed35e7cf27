import type { StreamItem, WebhookState } from '@posthorn/contracts';
import {
  type Database,
  listChangedWebhooks,
  listLiveReplays,
  listWebhookStates,
  type WebhookStateRecord,
} from '@posthorn/database';
import { viewReplay } from '../replays/view-replay.ts';

type Watched = Extract<StreamItem, { type: 'state' | 'replay' }>;

/** Sees changes of states and of replays of one account. */
export interface AccountWatch {
  /** Resolves when it is known how things are; from then on what differs is a change. */
  begin(): Promise<void>;
  look(): Promise<Watched[]>;
}

/** Changes commit a moment after the time that they have. */
const OVERLAP_SECONDS = 30;
/** A replay that is done so soon after it was asked for is seen all the same. */
const NEW_REPLAYS_MS = 60_000;

const viewState = ({ id, name, state, stateReason, consecutiveErrors, updated }: WebhookStateRecord): Watched => ({
  type: 'state',
  data: { at: updated.toISOString(), webhookId: id, webhookName: name, state, stateReason, consecutiveErrors },
});

export const createAccountWatch = (database: Pick<Database, 'direct' | 'prisma'>, accountId: number): AccountWatch => {
  const states = new Map<number, WebhookState>();
  /** Replays that are not over, and new ones: as they were shown. */
  let replays = new Map<string, string>();
  let beginning: Promise<void> | undefined;

  const lookAtStates = async (): Promise<Watched[]> => {
    const changed = await listChangedWebhooks(database, { accountId, withinSeconds: OVERLAP_SECONDS });
    return changed.flatMap((webhook) => {
      const before = states.get(webhook.id);
      states.set(webhook.id, webhook.state);
      // A new webhook has begun as Active.
      return webhook.state === (before ?? 'Active') ? [] : [viewState(webhook)];
    });
  };

  const lookAtReplays = async (): Promise<Watched[]> => {
    const sinceMs = Date.now() - NEW_REPLAYS_MS;
    const found = await listLiveReplays(database, { accountId, sinceMs, ids: [...replays.keys()] });
    const shown = new Map<string, string>();
    const items = found.flatMap((record): Watched[] => {
      const data = viewReplay(record);
      const text = JSON.stringify(data);
      const changed = replays.get(record.id) !== text;
      if (record.finished === null || record.created.getTime() >= sinceMs) shown.set(record.id, text);
      return changed ? [{ type: 'replay', data }] : [];
    });
    replays = shown;
    return items;
  };

  const readAll = async (): Promise<void> => {
    for (const { id, state } of await listWebhookStates(database, accountId)) states.set(id, state);
    await lookAtReplays();
  };

  const begin = (): Promise<void> => {
    beginning ??= readAll().catch((error: unknown) => {
      beginning = undefined;
      throw error;
    });
    return beginning;
  };

  return {
    begin,
    async look() {
      await begin();
      return [...(await lookAtStates()), ...(await lookAtReplays())];
    },
  };
};

/** How the webhooks are that were changed since about the time of a cursor, and the replays that were under way. */
export const listMissedChanges = async (
  database: Pick<Database, 'direct' | 'prisma'>,
  { accountId, cursorMs }: { accountId: number; cursorMs: number },
): Promise<Watched[]> => {
  const withinSeconds = Math.max(0, Date.now() - cursorMs) / 1000 + OVERLAP_SECONDS;
  const webhooks = await listChangedWebhooks(database, { accountId, withinSeconds });
  const replays = await listLiveReplays(database, { accountId, sinceMs: cursorMs - NEW_REPLAYS_MS, ids: [] });
  return [
    ...webhooks.map(viewState),
    ...replays.map((record): Watched => ({ type: 'replay', data: viewReplay(record) })),
  ];
};
