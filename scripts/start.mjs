import { bootstrap, projectRoot } from './bootstrap.mjs';
import { loadEnv } from './load-env.mjs';

await bootstrap();
loadEnv(projectRoot);
process.setSourceMapsEnabled(true);
// In this process, so that Ctrl-C and SIGTERM reach the services themselves.
await import('../services/standalone/dist/main.js');
