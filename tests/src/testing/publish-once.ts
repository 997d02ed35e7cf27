import { request } from 'node:http';
import { PosthornApiError, PosthornConnectionError } from '@posthorn/client';

const PATH = '/v1/events';
const WHERE = { requestMethod: 'POST', requestPath: PATH };

export interface PublishOnce {
  port: number;
  token: string;
  event: { type: string; data: unknown; idempotencyKey: string };
}

/**
 * Publishes over a connection of its own. A client on keep-alive may use an idle connection in the very moment in which the server
 * closes it, however long the server waits with that: this one sees nothing of a server that stops but a refused connection.
 * @throws PosthornConnectionError, PosthornApiError as the SDK does.
 */
export const publishOnce = ({ port, token, event }: PublishOnce): Promise<{ id: string }> =>
  new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', connection: 'close' };
    const fail = (cause: Error): void => reject(new PosthornConnectionError({ ...WHERE, cause }));
    const sent = request(
      { host: '127.0.0.1', port, path: PATH, method: 'POST', headers, agent: false, timeout: 60_000 },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.once('error', fail);
        response.once('end', () => {
          const status = response.statusCode ?? 0;
          const body = JSON.parse(text) as { id: string; code: string; detail: string };
          if (status === 202) resolve({ id: body.id });
          else reject(new PosthornApiError({ ...WHERE, status, code: body.code, detail: body.detail }));
        });
      },
    );
    sent.once('timeout', () => sent.destroy(new Error('no answer in time')));
    sent.once('error', fail);
    sent.end(JSON.stringify(event));
  });
