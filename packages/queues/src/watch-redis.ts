import { Cluster, type Redis } from 'ioredis';
import type { RedisClient } from './connect-redis.ts';
import type { ConnectionEvents } from './connection-events.ts';

const LOOK_AGAIN_MS = 1000;

/**
 * A Cluster is lost when one of its nodes is, and has no event for the end of that: a node may come back, or another one
 * take its slots. So it is looked at, until all shards answer.
 */
const watchCluster = (cluster: Cluster, events: ConnectionEvents, look: () => Promise<unknown>): (() => void) => {
  let timer: NodeJS.Timeout | undefined;
  let watching = true;
  const lookAgain = async (): Promise<void> => {
    const isBack = await look().then(
      () => true,
      () => false,
    );
    if (!watching) return;
    timer = undefined;
    if (isBack) events.onBack();
    else lookLater();
  };
  const lookLater = (): void => {
    timer = setTimeout(() => void lookAgain(), LOOK_AGAIN_MS);
  };
  const onError = (error: Error): void => {
    if (!watching) return;
    // Ended by a person or by the node itself: what matters is whether it can be reached again, which is looked at.
    events.onLost(error);
    if (timer === undefined) lookLater();
  };
  cluster.on('error', onError);
  cluster.on('node error', onError);
  return () => {
    watching = false;
    clearTimeout(timer);
  };
};

/** Passes on when a connection is lost and when it is back. `look` reaches all shards. @returns what ends it. */
export const watchConnection = (
  client: RedisClient,
  events: ConnectionEvents,
  look: () => Promise<unknown>,
): (() => void) => {
  if (client instanceof Cluster) return watchCluster(client, events, look);
  client.on('error', (error: Error) => events.onLost(error));
  client.on('ready', () => events.onBack());
  return () => {};
};

const POLICY = /^maxmemory_policy:(\S+)/m;

const checkNode = async (node: Redis, told: Set<string>, events: ConnectionEvents): Promise<void> => {
  const policy = POLICY.exec(await node.info('memory'))?.[1];
  if (policy === undefined || policy === 'noeviction') return;
  const { remoteAddress, remotePort } = node.stream;
  const name = `${remoteAddress}:${remotePort}`;
  if (told.has(name)) return;
  told.add(name);
  events.onEvicting(name, policy);
};

/**
 * Tells of each server that may drop jobs for want of memory, when a connection to it is made. A server that does not say
 * (INFO may be forbidden by its ACL, or it has just gone) is passed over: nothing depends on it.
 */
export const checkEviction = (client: RedisClient, events: ConnectionEvents): void => {
  const told = new Set<string>();
  client.on('ready', () => {
    const nodes = client instanceof Cluster ? client.nodes('all') : [client];
    for (const node of nodes) checkNode(node, told, events).catch(() => {});
  });
};
