import { sampleEvent } from './sample-event.ts';

export interface Publishing {
  port: number;
  token: string;
}

const build = ({ token }: Publishing, path: string, body: string): Buffer => {
  const bytes = Buffer.byteLength(body);
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${token}\r\n` +
      `content-type: application/json\r\ncontent-length: ${bytes}\r\n\r\n${body}`,
  );
};

/** The request that publishes event `n`, due at `atMs`. */
export const buildSingle = (publishing: Publishing, n: number, atMs: number): Buffer =>
  build(publishing, '/v1/events', JSON.stringify(sampleEvent(n, atMs)));

/** The request that publishes the events from `first` on in one batch. */
export const buildBatch = (publishing: Publishing, first: number, size: number, atMs: number): Buffer => {
  const events = Array.from({ length: size }, (_, index) => sampleEvent(first + index, atMs));
  return build(publishing, '/v1/events/batch', JSON.stringify({ events }));
};
