import type { AddressInfo } from 'node:net';
import { publishEventSchema } from '@posthorn/contracts';
import express from 'express';
import { serveOrders } from '../programs/serve-orders.ts';

// The least that takes an event over HTTP: Express parses the body, Joi checks it by our own schema, the answer is 202.
// Nothing is authenticated, stored or logged.

const app = express();
app.disable('x-powered-by');
app.disable('etag');
app.post('/v1/events', express.json({ limit: '1mb' }), (request, response) => {
  const { error } = publishEventSchema.validate(request.body);
  if (error === undefined) response.status(202).json({ id: 'evt_01kanxs0000000000000000000', deliveries: 1 });
  else response.status(400).json({ code: 'validation_failed', detail: error.message });
});

const server = app.listen(0, '127.0.0.1', () => {
  serveOrders({}, { port: (server.address() as AddressInfo).port });
});
