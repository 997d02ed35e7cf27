import { once } from 'node:events';
import { Agent, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createLatch, waitUntil } from '@posthorn/testing';
import { send } from '../testing/serve-app.ts';
import { allowLongBody, type Listening, listen } from './listen.ts';

const HERE = { host: '127.0.0.1', port: 0 };
const opened: Listening[] = [];
const agents: Agent[] = [];

afterEach(async () => {
  for (const agent of agents.splice(0)) agent.destroy();
  for (const { server, stop } of opened.splice(0)) {
    const stopped = stop();
    server.closeAllConnections();
    await stopped;
  }
});

/** A server whose answers wait until the test gives them. */
const openServer = async () => {
  const arrived = createLatch<ServerResponse>('requests');
  const listening = await listen((_request, response) => arrived.push(response), HERE);
  opened.push(listening);
  return { ...listening, arrived, url: `http://127.0.0.1:${listening.port}/` };
};

const keepAlive = (): Agent => {
  const agent = new Agent({ keepAlive: true });
  agents.push(agent);
  return agent;
};

describe('start', () => {
  test('port 0 takes a free port and tells which', async () => {
    const first = await openServer();
    const second = await openServer();
    expect(first.port).toBeGreaterThan(0);
    expect(second.port).not.toBe(first.port);
  });

  test('a port that is taken is an error that names it', async () => {
    const { port } = await openServer();
    await expect(listen(() => {}, { ...HERE, port })).rejects.toThrow(
      new RegExp(`^Cannot listen on port ${port} of \\S+: it is in use by another program`),
    );
  });
});

describe('stop', () => {
  test('lets a request in flight finish, then ends, and its connection with it', async () => {
    const { url, arrived, stop } = await openServer();
    const answer = send(url, { agent: keepAlive() });
    const [response] = await arrived.waitFor(1);
    let ended = false;
    const stopping = stop().then(() => (ended = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(ended).toBe(false);
    response!.end('{"late":true}');
    expect(await answer).toMatchObject({ status: 200, body: { late: true }, headers: { connection: 'close' } });
    await stopping;
  }, 5_000);

  test('closes a keep-alive connection that is not in use', async () => {
    const { url, arrived, stop, server } = await openServer();
    const agent = keepAlive();
    const answer = send(url, { agent });
    (await arrived.waitFor(1))[0]!.end('{}');
    expect((await answer).headers.connection).toBe('keep-alive');
    // The agent has its connection back once the answer has been read to its end.
    const connections = () => new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));
    expect(await connections()).toBe(1);
    await stop();
    expect(await connections()).toBe(0);
  }, 5_000);

  test('closes a connection that has asked for nothing yet', async () => {
    const { port, server, stop } = await openServer();
    const accepted = once(server, 'connection');
    const socket = connect(port, '127.0.0.1');
    await accepted;
    const closed = once(socket.resume(), 'close');
    await stop();
    await closed;
  }, 5_000);

  test('a connection whose answer had begun before ends with that answer', async () => {
    const { url, arrived, stop } = await openServer();
    const answer = send(url, { agent: keepAlive() });
    const [response] = await arrived.waitFor(1);
    response!.writeHead(200).write('{"begun":');
    const stopping = stop();
    response!.end('true}');
    expect(await answer).toMatchObject({ status: 200, body: { begun: true }, headers: { connection: 'keep-alive' } });
    await stopping;
  }, 5_000);

  test('with a time to linger a connection that is idle gets one more answer, which ends it', async () => {
    const arrived = createLatch<ServerResponse>('requests');
    const listening = await listen((_request, response) => arrived.push(response), { ...HERE, lingerMs: 60_000 });
    opened.push(listening);
    const url = `http://127.0.0.1:${listening.port}/`;
    const agent = keepAlive();
    const first = send(url, { agent });
    (await arrived.waitFor(1))[0]!.end('{}');
    await first;
    const stopped = listening.stop();
    // It accepts, until the event loop is quiet, who was connected before.
    await waitUntil('it does not listen any more', async () => !listening.server.listening);
    await expect(send(url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    const next = send(url, { agent });
    (await arrived.waitFor(2))[1]!.end('{"next":true}');
    expect(await next).toMatchObject({ status: 200, body: { next: true }, headers: { connection: 'close' } });
    await stopped;
  }, 5_000);

  test('a connection that is not used again is closed when that time is over', async () => {
    const arrived = createLatch<ServerResponse>('requests');
    const listening = await listen((_request, response) => arrived.push(response), { ...HERE, lingerMs: 50 });
    opened.push(listening);
    const answer = send(`http://127.0.0.1:${listening.port}/`, { agent: keepAlive() });
    (await arrived.waitFor(1))[0]!.end('{}');
    await answer;
    await listening.stop();
    expect(await new Promise((resolve) => listening.server.getConnections((_error, count) => resolve(count)))).toBe(0);
  }, 5_000);

  test('a connection over which nothing has come yet has longer: its request is answered', async () => {
    const arrived = createLatch<ServerResponse>('requests');
    const listening = await listen((_request, response) => arrived.push(response), { ...HERE, lingerMs: 500 });
    opened.push(listening);
    const accepted = once(listening.server, 'connection');
    const held = connect(listening.port, '127.0.0.1');
    await accepted;
    const idle = connect(listening.port, '127.0.0.1');
    idle.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    (await arrived.waitFor(1))[0]!.end('{}');
    const stopped = listening.stop();
    await once(idle.resume(), 'close');
    const answer = text(held);
    held.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    (await arrived.waitFor(2))[1]!.end('{"held":true}');
    expect(await answer).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*connection: close[^]*\{"held":true\}/i);
    await stopped;
  }, 5_000);

  test('takes no new connection', async () => {
    const { url, stop } = await openServer();
    await stop();
    await expect(send(url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('twice is as good as once', async () => {
    const { stop } = await openServer();
    await Promise.all([stop(), stop()]);
    await stop();
  });
});

describe('a body that does not come', () => {
  /** Sends the head of a request and half of its body, and resolves when it has arrived. */
  const sendHalf = async ({ port, server }: Listening, path: string) => {
    const arrived = once(server, 'request');
    const socket = connect(port, '127.0.0.1');
    socket.write(`POST ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 9\r\n\r\nhalf`);
    await arrived;
    return socket;
  };

  test('in time ends the connection with 408, and only where nobody allows more', async () => {
    const listening = await listen(
      (request, response) => {
        if (request.url === '/long') allowLongBody(request);
        text(request).then(
          (body) => response.end(body),
          () => {},
        );
      },
      { ...HERE, bodyTimeoutMs: 50 },
    );
    opened.push(listening);
    const long = await sendHalf(listening, '/long');
    // It comes later, so its time is over later.
    const limited = await sendHalf(listening, '/limited');
    expect(await text(limited)).toMatch(/^HTTP\/1\.1 408 /);
    long.write('-rest');
    expect(await text(long)).toMatch(/^HTTP\/1\.1 200 .*half-rest/s);
  });
});
