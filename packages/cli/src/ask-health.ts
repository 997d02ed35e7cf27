import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

const TIMEOUT_MS = 10_000;

/**
 * Asks a server whether it runs. node:http, because the SDK shows no headers, and `fetch` does not go to every port.
 * @throws Error of the system when there is no answer.
 */
export const askHealth = (
  baseUrl: string,
  signal: AbortSignal,
): Promise<{ status: number; date: string | undefined }> =>
  new Promise((resolve, reject) => {
    const send = baseUrl.startsWith('https:') ? httpsRequest : httpRequest;
    const request = send(`${baseUrl}/healthz`, { signal, agent: false, timeout: TIMEOUT_MS }, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, date: response.headers.date });
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
    request.on('error', reject);
    request.end();
  });
