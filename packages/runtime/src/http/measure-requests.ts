import type { Request, Response } from 'express';
import type { Registry } from 'prom-client';
import { createHttpMetrics } from '../metrics/http-metrics.ts';
import { QUIET_PATHS } from './log-requests.ts';
import type { Preparation } from './prepare-requests.ts';

/** A router below a path with a parameter would make a route of every value: from here on they are one. */
const MAX_ROUTES = 200;

/** Node passes on every method that its parser knows; those that we answer are few. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** The template of the route that answered; a handler that is no route of Express says its own in `locals.route`. */
const routeOf = (request: Request, response: Response): string => {
  const named = response.locals['route'] as string | undefined;
  const template = (request.route as { path?: unknown } | undefined)?.path;
  return named ?? (typeof template === 'string' ? request.baseUrl + template : 'none');
};

/** Counts requests and their durations by route. Comes before all routers. */
export const measureRequests = (registry: Registry): Preparation => {
  const { requests, seconds } = createHttpMetrics(registry);
  const routes = new Set<string>();

  const bounded = (route: string): string => {
    if (!routes.has(route) && routes.size >= MAX_ROUTES) return 'other';
    routes.add(route);
    return route;
  };

  return (request, response) => {
    if (QUIET_PATHS.has(request.path)) return;
    const startedAt = performance.now();
    response.on('close', () => {
      const method = METHODS.has(request.method) ? request.method : 'other';
      const route = bounded(routeOf(request, response));
      requests.inc({ method, route, status: response.statusCode });
      seconds.observe({ method, route }, (performance.now() - startedAt) / 1000);
    });
  };
};
