import { bootstrap, projectRoot } from './bootstrap.mjs';
import { loadEnv } from './load-env.mjs';
import { stopWithParent } from './start/stop-with-parent.mjs';

await bootstrap();
loadEnv(projectRoot);
process.setSourceMapsEnabled(true);
stopWithParent(process);
// In this process, so that Ctrl-C and SIGTERM reach the services themselves.
await import('../services/standalone/dist/main.js');
