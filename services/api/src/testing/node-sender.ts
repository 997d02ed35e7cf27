import { request as httpRequest } from 'node:http';
import type { CheckTargetUrl, Sender } from '../outbound-contract.ts';

/** A real sender over node:http, without the guards of the real one: the tests' receivers are local. */
export const nodeSender: Sender = {
  send({ method, url, headers, body, timeoutMs }) {
    const startedAt = performance.now();
    const elapsed = () => Math.round(performance.now() - startedAt);
    return new Promise((resolve) => {
      const sent = httpRequest(url, { method, headers, timeout: timeoutMs, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            outcome: 'response',
            status: response.statusCode ?? 0,
            headers: response.headers as Record<string, string | string[]>,
            body: Buffer.concat(chunks).toString('utf8'),
            bodyTruncated: false,
            durationMs: elapsed(),
          }),
        );
      });
      const fail = (code: string, message: string) =>
        resolve({ outcome: 'error', code, message, durationMs: elapsed() });
      sent.on('timeout', () => {
        fail('timeout', `No answer within ${timeoutMs} ms.`);
        sent.destroy();
      });
      sent.on('error', (error) => fail('connection_refused', error.message));
      sent.end(body ?? undefined);
    });
  },
};

/** Judges as the real one does, with 10.0.0.0/8 in place of all ranges. */
export const checkTestUrl: CheckTargetUrl = (url) => {
  if (!URL.canParse(url)) return { ok: false, code: 'invalid_url', message: 'it is not an absolute URL' };
  const { protocol, username, hostname } = new URL(url);
  if (!/^https?:$/.test(protocol))
    return { ok: false, code: 'scheme_not_allowed', message: 'only http and https URLs can be called' };
  if (username !== '')
    return { ok: false, code: 'credentials_not_allowed', message: 'user names do not belong in the URL' };
  if (hostname.startsWith('10.'))
    return { ok: false, code: 'address_not_allowed', message: 'the address is not public' };
  return { ok: true };
};
