import { isNotConnectionError } from 'bullmq';

/** Errors of servers and of ioredis which say that a server is away or cannot serve now; the rest are refusals. */
const AWAY =
  /^(?:LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|UNBLOCKED)\b|Too many Cluster redirections|Failed to refresh slots cache|None of startup nodes|Cluster is ended|Cluster isn't ready|isn't writeable|All sentinels are unreachable|Command timed out|Socket timeout|Connection is closed|cluster reconnect timed out/;

/** Whether an error says that Redis is away, and not that it refused something. Codes of the network are names. */
export const isRedisOutage = (error: Error): boolean =>
  typeof (error as { code?: unknown }).code === 'string' || !isNotConnectionError(error) || AWAY.test(error.message);
