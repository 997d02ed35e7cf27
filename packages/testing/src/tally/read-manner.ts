/** How the receiver answers at a path, said in the query of the webhook's target: `/one?delayMs=50&failFirst=2`. */
export interface Manner {
  path: string;
  /** Milliseconds from a request to its answer. */
  delayMs: number;
  /** So many requests of each event are answered with 500 before one succeeds. */
  failFirst: number;
}

const known = new Map<string, Manner>();

const numberOf = (query: URLSearchParams, name: string): number => Number(query.get(name) ?? 0);

/** Read once for each target. */
export const readManner = (target: string): Manner => {
  let manner = known.get(target);
  if (manner === undefined) {
    const [path = '', query = ''] = target.split('?');
    const asked = new URLSearchParams(query);
    manner = { path, delayMs: numberOf(asked, 'delayMs'), failFirst: numberOf(asked, 'failFirst') };
    known.set(target, manner);
  }
  return manner;
};
