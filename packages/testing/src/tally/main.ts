import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLatencies } from './create-latencies.ts';
import { createTally } from './create-tally.ts';
import type { TallyMessage, TallyOrder } from './messages.ts';

// A receiver as a process of its own, so that what is measured does not wait for what measures it.

const tally = createTally();
const latencies = createLatencies();

const tell = (message: TallyMessage): void => {
  process.send?.(message);
};

const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
  const path = request.url ?? '';
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('error', () => {});
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString('utf8');
    tally.add(path, body);
    latencies.add(path, body);
    response.writeHead(204).end();
  });
});

server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
  tell({ kind: 'listening', port: (server.address() as AddressInfo).port });
});

process.on('message', ({ id, order, path, count }: TallyOrder) => {
  if (order === 'report') tell({ kind: 'answer', id, value: { ...tally.report } });
  else if (order === 'missing') tell({ kind: 'answer', id, value: tally.missing(path ?? '', count ?? 0) });
  else tell({ kind: 'answer', id, value: latencies.take(path ?? '') });
});

// Whoever started it is gone, however that came.
process.once('disconnect', () => process.exit(0));
