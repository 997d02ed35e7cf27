import { type Receiver, startReceiver } from '@posthorn/testing';
import { createPosthornClient, type PosthornClient } from '../index.ts';

export const TOKEN = 'tok-secret-4711';

/** A local server in the place of Posthorn, and a client of it. Closing the server is enough. */
export const startTestClient = async (): Promise<{ server: Receiver; client: PosthornClient }> => {
  const server = await startReceiver();
  return { server, client: createPosthornClient({ baseUrl: server.url, token: TOKEN }) };
};
