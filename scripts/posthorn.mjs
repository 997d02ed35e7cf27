import { bootstrap } from './bootstrap.mjs';

// `.env` is not read: it is the server's, and holds more than a client may have.
await bootstrap();
process.setSourceMapsEnabled(true);
await import('../packages/cli/dist/main.js');
