/** What express keeps of a router: layers that hold routes, or routers of their own. */
interface Layer {
  route?: { path: string | string[]; methods: Record<string, boolean> };
  handle: { stack?: Layer[] };
}

/**
 * The routes of an express router and of those within it, as `GET /v1/webhooks/{}`: what parameters are called does not
 * matter. Handlers for any method (`all`) are no routes: they refuse the others.
 */
export const listRoutes = (router: { stack: unknown[] }): string[] =>
  (router.stack as Layer[]).flatMap(({ route, handle }) => {
    if (route === undefined) return handle.stack === undefined ? [] : listRoutes({ stack: handle.stack });
    const methods = Object.keys(route.methods).filter((method) => method !== '_all');
    return [route.path].flat().flatMap((path) => methods.map((method) => nameRoute(method, path)));
  });

/** The name of a route, from the path of a route (`:id`) or that of an OpenAPI document (`{id}`). */
export const nameRoute = (method: string, path: string): string =>
  `${method.toUpperCase()} ${path.replaceAll(/\{\w+\}|:\w+/g, '{}')}`;
