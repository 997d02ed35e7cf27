import { Refusal } from './refusal.ts';
import type { Surface } from './error-shapes.ts';

/** A path of this API: which surface, and what follows it, decoded. */
export interface OwnPath {
  surface: Surface;
  /** `/Cust12345`, as the path has it; empty without. */
  tenant: string;
  /** Still encoded. */
  rest: string;
}

/** `/api/v1/Agents/Webhook` and `/api/v1/Webhook`, in any letter case, after at most one segment of a tenant. */
const OWN_PATH = /^(\/[\w-]{1,64})?\/api\/v1\/(agents\/webhook|webhook)(\/.*)?$/i;

/** Null for every path that is another's: `/api/v1/webhooks` is one. */
export const matchPath = (path: string): OwnPath | null => {
  const match = OWN_PATH.exec(path);
  if (match === null) return null;
  const [, tenant = '', resource = '', rest = ''] = match;
  return { surface: resource.length > 'webhook'.length ? 'agent' : 'rest', tenant, rest };
};

/** The segments of a path; slashes too many are overlooked. @throws Refusal `malformed_body` */
export const splitPath = (rest: string): string[] => {
  try {
    return rest
      .split('/')
      .filter((segment) => segment !== '')
      .map(decodeURIComponent);
  } catch {
    throw new Refusal('malformed_body', 'The path is not valid percent-encoding.');
  }
};
