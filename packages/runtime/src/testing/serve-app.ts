import { request as httpRequest, type Agent, type IncomingHttpHeaders } from 'node:http';
import { json } from 'node:stream/consumers';
import type { Express } from 'express';
import { listen } from '../http/listen.ts';

export interface JsonAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: unknown;
}

interface Sent {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  agent?: Agent;
}

/** Sends one request, on a connection of its own unless an agent is given, and reads the JSON of its answer. */
export const send = (url: string, { method = 'GET', headers = {}, body, agent }: Sent = {}): Promise<JsonAnswer> =>
  new Promise((resolve, reject) => {
    const request = httpRequest(url, { method, headers, agent: agent ?? false }, (response) => {
      json(response).then(
        (parsed) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: parsed }),
        reject,
      );
    });
    request.once('error', reject).end(body);
  });

/** An app on a free port of the loopback address. */
export const serveApp = async (app: Express): Promise<{ url: string; close(): Promise<void> }> => {
  const { port, stop } = await listen(app, { host: '127.0.0.1', port: 0 });
  return { url: `http://127.0.0.1:${port}`, close: stop };
};
