import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RedisPlace } from '@posthorn/contracts';
import {
  createRedisProcess,
  FORGETFUL,
  freePorts,
  type RedisProcess,
  tlsArgs,
  type TlsFiles,
  trust,
} from './run-redis.ts';
import { waitUntil } from './wait-until.ts';

/** A Redis Cluster of the tests' own. */
export interface TestRedisCluster {
  place: RedisPlace;
  /** Three primaries with a third of the slots each, in the order of the slots. */
  primaries: RedisProcess[];
  /** One of each primary, when asked for. */
  replicas: RedisProcess[];
  /** Resolves when all nodes that answer say that all slots are served. */
  whole(): Promise<void>;
  /** Ends all nodes and removes their folders. */
  close(): Promise<void>;
}

const SLOTS = 16_384;
const PRIMARIES = 3;

const must = async (node: RedisProcess, text: string): Promise<string> => {
  const answer = await node.command(text);
  if (answer.startsWith('-')) throw new Error(`${text} answered ${answer}`);
  return answer;
};

/** The second line of a bulk answer. */
const bulk = (answer: string): string => answer.split('\r\n')[1] ?? '';

interface Node extends RedisProcess {
  /** The port by which clients and other nodes know it. */
  knownPort: number;
  busPort: number;
}

const joinNodes = async (primaries: readonly Node[], replicas: readonly Node[]): Promise<void> => {
  const nodes = [...primaries, ...replicas];
  for (const [index, node] of nodes.entries()) await must(node, `CLUSTER SET-CONFIG-EPOCH ${index + 1}`);
  for (const [index, node] of primaries.entries()) {
    const [from = 0, to = 0] = [index, index + 1].map((nth) => Math.round((nth * SLOTS) / PRIMARIES));
    await must(node, `CLUSTER ADDSLOTSRANGE ${from} ${to - 1}`);
  }
  // Everybody meets everybody: to wait for gossip takes seconds. On a machine that is busy a meeting may come to nothing.
  const meetOthers = async (node: Node): Promise<boolean> => {
    const known = (await node.command('CLUSTER NODES')).split('\n').filter((line) => !line.includes('handshake'));
    const missing = nodes.filter(({ busPort }) => !known.some((line) => /@(\d+)/.exec(line)?.[1] === String(busPort)));
    for (const { knownPort, busPort } of missing) await must(node, `CLUSTER MEET 127.0.0.1 ${knownPort} ${busPort}`);
    return missing.length === 0;
  };
  await waitUntil(
    'the nodes know each other',
    async () => (await Promise.all(nodes.map(meetOthers))).every((all) => all),
    { intervalMs: 200 },
  );
  for (const [index, replica] of replicas.entries()) {
    const primary = primaries[index];
    const id = primary === undefined ? '' : bulk(await primary.command('CLUSTER MYID'));
    await waitUntil('the replica knows its primary', async () =>
      (await replica.command(`CLUSTER REPLICATE ${id}`)).startsWith('+OK'),
    );
  }
  for (const replica of replicas) {
    await waitUntil('the replica follows', async () =>
      (await replica.command('INFO replication')).includes('master_link_status:up'),
    );
  }
};

const isWhole = async (nodes: readonly RedisProcess[]): Promise<boolean> => {
  const told = await Promise.all(nodes.map((node) => node.command('CLUSTER INFO').catch(() => '')));
  const answered = told.filter((info) => info !== '');
  const allServed = `cluster_slots_ok:${SLOTS}`;
  return answered.length > 0 && answered.every((info) => info.includes('cluster_state:ok') && info.includes(allServed));
};

/**
 * Starts three primaries, and with `replicas` one replica of each. A node that does not answer for a second is given up by
 * the others. While a primary without a replica is away the slots of the others are served all the same.
 * With `tls` clients and nodes use it.
 */
export const startRedisCluster = async ({
  replicas = false,
  tls,
}: { replicas?: boolean; tls?: TlsFiles } = {}): Promise<TestRedisCluster> => {
  const dir = await mkdtemp(join(tmpdir(), 'posthorn-redis-cluster-'));
  const count = replicas ? 2 * PRIMARIES : PRIMARIES;
  const ports = await freePorts(3 * count);
  const rules = ['--cluster-node-timeout', '10000', '--cluster-require-full-coverage', 'no'];
  const nodes = Array.from({ length: count }, (_, index): Node => {
    const [port = 0, busPort = 0, tlsPort = 0] = [ports[index], ports[count + index], ports[2 * count + index]];
    const own = ['--cluster-enabled', 'yes', '--cluster-port', String(busPort)];
    const secure = tls === undefined ? [] : [...tlsArgs(tls, { port: tlsPort }), '--tls-cluster', 'yes'];
    const node = createRedisProcess({
      port,
      dir: join(dir, String(index)),
      args: [...FORGETFUL, ...own, ...rules, ...secure],
    });
    return { ...node, busPort, knownPort: tls === undefined ? port : tlsPort };
  });
  const [primaries, others] = [nodes.slice(0, PRIMARIES), nodes.slice(PRIMARIES)];
  const whole = async (): Promise<void> => {
    await waitUntil('the Cluster is whole', () => isWhole(nodes));
  };
  const close = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.stop()));
    await rm(dir, { recursive: true, force: true });
  };
  try {
    await Promise.all(nodes.map((_, index) => mkdir(join(dir, String(index)))));
    await Promise.all(nodes.map((node) => node.start()));
    await joinNodes(primaries, others);
    await whole();
    // Not sooner: a machine that is busy would give up nodes that are joining.
    for (const node of nodes) await must(node, 'CONFIG SET cluster-node-timeout 1000');
  } catch (error) {
    await close();
    throw error;
  }
  const addresses = nodes.map(({ knownPort }) => ({ host: '127.0.0.1', port: knownPort }));
  return {
    place: { kind: 'cluster', nodes: addresses, auth: null, tls: tls === undefined ? null : trust(tls.caFile) },
    primaries,
    replicas: others,
    whole,
    close,
  };
};
