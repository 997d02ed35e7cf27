import { bootstrap } from './bootstrap.mjs';

// `.env` is not read: the demo brings its own database and must not touch yours.
await bootstrap();
process.setSourceMapsEnabled(true);
await import('../demo/dist/main.js');
