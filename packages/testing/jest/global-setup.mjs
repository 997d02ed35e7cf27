import { findRedisServer, startTestServers } from '@posthorn/testing';

// Plain JavaScript over the built packages: jest does not transform ES modules that it loads before the tests.
export default async () => {
  globalThis.posthornTestServers = await startTestServers({ redis: findRedisServer() !== null });
};
