import express, { type Express } from 'express';
import type { Registry } from 'prom-client';
import type { Logger } from '../create-logger.ts';
import { identifyRequests } from './identify-requests.ts';
import { logRequests } from './log-requests.ts';
import { measureRequests } from './measure-requests.ts';
import { prepareRequests } from './prepare-requests.ts';
import { secureHeaders } from './secure-headers.ts';

export interface AppOptions {
  logger: Logger;
  registry: Registry;
  /** `TRUST_PROXY`: how many proxies, or which, are believed when they say who the client is. */
  trustProxy: TrustProxy;
}

/** 0 believes nobody; a number, that many proxies from here on; addresses and CIDR ranges, those. */
export type TrustProxy = number | readonly string[];

/** `TRUST_PROXY` as Express takes it. */
export const readTrustProxy = (text: string): TrustProxy =>
  /^\d+$/.test(text) ? Number(text) : text.split(',').map((part) => part.trim());

/** An app with what comes before all routes: headers of every answer, an id, a line in the log and a count for each request. */
export const createApp = ({ logger, registry, trustProxy }: AppOptions): Express => {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  // A number of 0 would be "trust the first zero hops", which is what `false` says.
  app.set('trust proxy', trustProxy === 0 ? false : trustProxy);
  app.use(prepareRequests(secureHeaders, identifyRequests, logRequests(logger), measureRequests(registry)));
  return app;
};
