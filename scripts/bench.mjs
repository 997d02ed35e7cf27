import { bootstrap } from './bootstrap.mjs';

// `.env` is not read: the benchmarks bring their own PostgreSQL and Redis and must not touch yours.
await bootstrap();
process.setSourceMapsEnabled(true);
await import('../benchmarks/dist/main.js');
