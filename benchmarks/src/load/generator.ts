import { serveOrders } from '../programs/serve-orders.ts';
import { runClosedLoop } from './run-closed-loop.ts';
import { runOpenLoop } from './run-open-loop.ts';

// Publishes, as a process of its own.

serveOrders({ closed: runClosedLoop, open: runOpenLoop });
