import type { Database, Encryption } from '@posthorn/database';
import type { Publisher } from '@posthorn/publishing';
import type { Logger, Telemetry, TrustProxy } from '@posthorn/runtime';
import type { Dispatcher, TargetUrlVerdict } from '@posthorn/outbound';

/** Judges a target URL when a webhook is saved; `message` completes a sentence about it. */
export type CheckTargetUrl = (url: string) => TargetUrlVerdict;

/** All that the API stands on. Whoever makes these closes them, after the API has stopped. */
export interface ApiDeps {
  database: Database;
  encryption: Encryption;
  logger: Logger;
  telemetry: Pick<Telemetry, 'registry' | 'metricsRouter'>;
  /** Credential of the calls that manage accounts and tokens. */
  adminToken: string;
  /** Sends tests; a receiver's failure is a value, not an exception. */
  dispatcher: Pick<Dispatcher, 'routeOf'>;
  checkTargetUrl: CheckTargetUrl;
  /** Puts a stored manual retry into the queue. When it rejects, the scheduler does so later. Ids are UUIDs. */
  enqueueManualRetry(input: { retryId: string; deliveryId: string; shard: number }): Promise<void>;
  /** Rejects with the reason while the queue does not answer. */
  queueReady(): Promise<void>;
  /** Deadline of an attempt, for webhooks that set none. */
  deliveryTimeoutMs: number;
  maxBodyBytes: number;
  /** Where events published through a dialect go. */
  publisher: Pick<Publisher, 'publish'>;
  /** Address of this server as clients reach it, without a slash at the end; null: the one that they called. */
  publicUrl: string | null;
  /** Settings of the dialects' APIs, parsed. */
  dialectSettings: Readonly<Record<string, unknown>>;
  /** Proxies that are believed when they say who the client is. Default: none. */
  trustProxy?: TrustProxy;
  /** What callers may do in a minute; 0, and what is missing, is no limit. */
  limits?: { authFailuresPerMinute: number; callsPerMinute: number };
  /** Aborted when the service stops: streams end then. Without it they go on until their readers leave. */
  stopping?: AbortSignal;
  /** When the scheduler looks after a manual retry that nothing has finished. Default 60. */
  queueLeaseSeconds?: number;
  /** Folder that the build of the console fills. Null, the default: no console, and no sessions. */
  consoleDir?: string | null;
  /** What `GET /v1/diagnosis` tells beside what it sees by itself. */
  installation?: Installation;
}

/** How this process was set up, as far as an operator who looks for a fault wants to know. */
export interface Installation {
  /** Where the queue is: `Redis` or `PostgreSQL`. */
  queue: string;
  /** Private ranges that webhooks may reach. */
  allowCidrs: readonly string[];
  hasEgressProxy: boolean;
  /** The way for mails to leave, where this process sends them. */
  mail?: { target: string; verify(): Promise<void> };
  /** Whether this process takes events itself. */
  publishesHere?: boolean;
}
