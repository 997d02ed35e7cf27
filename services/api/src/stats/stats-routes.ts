import {
  MAX_RANKING_DAYS,
  MAX_STATS_POINTS,
  rankWebhooksQuerySchema,
  readStatsQuerySchema,
  type StatsView,
  type WebhookRanking,
} from '@posthorn/contracts';
import { measureOldestDue, rankWebhooks, readStats, webhookExists } from '@posthorn/database';
import { countPoints, planStats } from '@posthorn/domain';
import { authOf } from '@posthorn/runtime';
import { Router } from 'express';
import type { ApiDeps } from '../api-deps.ts';
import type { Guards } from '../guards.ts';
import { invalidField, noSuch, readQuery } from '../http/read-input.ts';
import { route } from '../http/route.ts';
import { readRange } from './read-range.ts';
import { addCounted, viewCounted, viewPoints } from './view-stats.ts';

type Deps = Pick<ApiDeps, 'database'>;
type Query = Record<string, unknown>;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** @throws PosthornError `validation_failed`, `not_found` */
const viewStats = async ({ database }: Deps, accountId: number, query: Query): Promise<StatsView> => {
  const parsed = readQuery(readStatsQuerySchema, query);
  const webhookId = parsed.webhookId === undefined ? null : Number(parsed.webhookId);
  const range = planStats({ ...readRange(parsed, Date.now()), step: parsed.step });
  const points = countPoints(range);
  if (points > MAX_STATS_POINTS) {
    const message = `step must be longer: from since to until it would give ${points} points, and ${MAX_STATS_POINTS} is the most`;
    throw invalidField('step', 'step.points', message);
  }
  if (webhookId !== null && !(await webhookExists(database, { id: webhookId, accountId }))) throw noSuch('webhook');
  const [counted, oldestDueSeconds] = await Promise.all([
    readStats(database, { accountId, webhookId, ...range }),
    measureOldestDue(database),
  ]);
  return {
    since: new Date(range.sinceMs).toISOString(),
    until: new Date(range.untilMs).toISOString(),
    stepSeconds: range.stepSeconds,
    webhookId,
    points: viewPoints(range, counted),
    totals: viewCounted(addCounted(counted)),
    queue: { oldestDueSeconds },
  };
};

/** @throws PosthornError `validation_failed` */
const viewRanking = async ({ database }: Deps, accountId: number, query: Query): Promise<WebhookRanking> => {
  const parsed = readQuery(rankWebhooksQuerySchema, query);
  const asked = readRange(parsed, Date.now());
  if (asked.untilMs - asked.sinceMs > MAX_RANKING_DAYS * DAY_MS) {
    throw invalidField('since', 'date.range', `since must be at most ${MAX_RANKING_DAYS} days before until`);
  }
  const sinceMs = Math.floor(asked.sinceMs / MINUTE_MS) * MINUTE_MS;
  const untilMs = Math.ceil(asked.untilMs / MINUTE_MS) * MINUTE_MS;
  const [onlyFailed, limit] = [parsed.onlyFailed === 'true', Number(parsed.limit)];
  const ranked = await rankWebhooks(database, { accountId, sinceMs, untilMs, onlyFailed, limit });
  return {
    items: ranked.map(({ webhookId, name, state, ...counted }) => ({
      webhookId,
      name,
      state,
      ...viewCounted(counted),
    })),
  };
};

/** `/v1/stats` and `/v1/stats/webhooks`. */
export const createStatsRouter = (deps: ApiDeps, guards: Guards): Router => {
  const router = Router();
  route(router, '/v1/stats', {
    get: [
      ...guards.read,
      async (request, response) => {
        response.json(await viewStats(deps, authOf(response).accountId, request.query));
      },
    ],
  });
  route(router, '/v1/stats/webhooks', {
    get: [
      ...guards.read,
      async (request, response) => {
        response.json(await viewRanking(deps, authOf(response).accountId, request.query));
      },
    ],
  });
  return router;
};
