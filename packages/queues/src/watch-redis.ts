import { Cluster, type Redis } from 'ioredis';
import type { RedisClient } from './connect-redis.ts';
import type { BackendEvents } from './connection-events.ts';

/** Passes on every error of a connection, on a Cluster those of single nodes too. */
export const tellErrors = (client: RedisClient, events: BackendEvents): void => {
  client.on('error', (error: Error) => events.onLost(error));
  if (client instanceof Cluster) client.on('node error', (error: Error) => events.onLost(error));
};

const POLICY = /^maxmemory_policy:(\S+)/m;

const checkNode = async (node: Redis, told: Set<string>, events: BackendEvents): Promise<void> => {
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
export const checkEviction = (client: RedisClient, events: BackendEvents): void => {
  const told = new Set<string>();
  client.on('ready', () => {
    const nodes = client instanceof Cluster ? client.nodes('all') : [client];
    for (const node of nodes) checkNode(node, told, events).catch(() => {});
  });
};
