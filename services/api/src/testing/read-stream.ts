import { type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import { createLatch, type Latch } from '@posthorn/testing';

export interface SeenEvent {
  event: string;
  id: string;
  // Judged by the assertions on it.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  data: any;
}

/** A stream as its reader sees it. */
export interface SeenStream {
  status: number;
  headers: IncomingHttpHeaders;
  events: Latch<SeenEvent>;
  comments: Latch<string>;
  /** Resolves when the server has ended it. */
  ended: Promise<void>;
  leave(): void;
}

const readBlock = (block: string): SeenEvent => {
  const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
  return { event: field('event'), id: field('id'), data: JSON.parse(field('data')) };
};

/** Opens a stream; resolves when its first comment has come, or with the status of a refusal. */
export const readStream = (
  url: string,
  path: string,
  { token, cursor }: { token: string; cursor?: string },
): Promise<SeenStream> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const headers = {
      authorization: `Bearer ${token}`,
      ...(cursor === undefined ? {} : { 'last-event-id': cursor }),
    };
    const request = httpRequest({ hostname, port, path, headers, agent: false }, (response) => {
      const events = createLatch<SeenEvent>('events');
      const comments = createLatch<string>('comments');
      const ended = new Promise<void>((end) => void response.once('close', () => end()));
      const stream: SeenStream = {
        status: response.statusCode ?? 0,
        headers: response.headers,
        events,
        comments,
        ended,
        leave: () => void request.destroy(),
      };
      if (stream.status !== 200) resolve(stream);
      let rest = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        const blocks = `${rest}${chunk}`.split('\n\n');
        rest = blocks.pop() ?? '';
        for (const block of blocks) {
          if (block.startsWith(':')) comments.push(block.slice(2));
          else if (block.startsWith('event:')) events.push(readBlock(block));
        }
        if (comments.items.length > 0) resolve(stream);
      });
      response.on('error', () => {});
    });
    request.on('error', reject);
    request.end();
  });
