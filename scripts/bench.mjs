import { bootstrap } from './bootstrap.mjs';
import { findChromium } from './test/find-chromium.mjs';

// `.env` is not read: the benchmarks bring their own PostgreSQL and Redis and must not touch yours.
await bootstrap();
process.setSourceMapsEnabled(true);
const chromium = findChromium(process.env);
if (chromium !== null) process.env.POSTHORN_CHROMIUM = chromium;
await import('../benchmarks/dist/main.js');
