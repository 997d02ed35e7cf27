import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createArrivals } from './create-arrivals.ts';
import { createLatencies } from './create-latencies.ts';
import { createTally } from './create-tally.ts';
import type { TallyMessage, TallyOrder } from './messages.ts';
import { type Manner, readManner } from './read-manner.ts';

// A receiver as a process of its own, so that what is measured does not wait for what measures it.

const tally = createTally();
const latencies = createLatencies();
const arrivals = process.argv.includes('--keep-arrivals') ? createArrivals() : null;
const failures = new Map<string, number>();

const tell = (message: TallyMessage): void => {
  process.send?.(message);
};

/** Whether this request is one of those that the target asked to fail. */
const mustFail = ({ path, failFirst }: Manner, body: string): boolean => {
  if (failFirst === 0) return false;
  const pair = `${path} ${/"n":(\d+)/.exec(body)?.[1]}`;
  const failed = failures.get(pair) ?? 0;
  failures.set(pair, failed + 1);
  return failed < failFirst;
};

const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
  const manner = readManner(request.url ?? '');
  const { path } = manner;
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('error', () => {});
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString('utf8');
    const status = mustFail(manner, body) ? 500 : 204;
    if (status === 204) {
      tally.add(path, body);
      latencies.add(path, body);
      const header = (name: string) => request.headers[name] as string | undefined;
      arrivals?.add(path, body, { id: header('webhook-id'), timestamp: header('webhook-timestamp') });
    }
    if (manner.delayMs === 0) response.writeHead(status).end();
    else setTimeout(() => response.writeHead(status).end(), manner.delayMs);
  });
});

server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
  tell({ kind: 'listening', port: (server.address() as AddressInfo).port });
});

process.on('message', ({ id, order, path, count }: TallyOrder) => {
  if (order === 'report') tell({ kind: 'answer', id, value: { ...tally.report } });
  else if (order === 'missing') tell({ kind: 'answer', id, value: tally.missing(path ?? '', count ?? 0) });
  else if (order === 'arrivals') tell({ kind: 'answer', id, value: arrivals?.list(path) ?? [] });
  else tell({ kind: 'answer', id, value: latencies.take(path ?? '') });
});

// Whoever started it is gone, however that came.
process.once('disconnect', () => process.exit(0));
