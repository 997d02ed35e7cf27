import type { Database } from '../connect-database.ts';
import type { Encryption } from '../encryption.ts';
import { HEADERS_PURPOSE, SECRET_PURPOSE } from '../webhooks/seal-webhook.ts';

/** A sealed text that the keys do not open. */
export interface Unreadable {
  webhookId: number;
  what: 'secret' | 'headers';
  reason: string;
}

/** What one walk over all sealed texts did. */
export interface Resealed {
  /** Sealed anew with the current key. */
  resealed: number;
  unreadable: Unreadable[];
}

interface Place {
  what: Unreadable['what'];
  purpose: string;
  /** Rows after an id that are not sealed with the current key, by primary key. */
  find: string;
  /** Puts the new text where the old one still is: what somebody else has written meanwhile is not touched. */
  replace: string;
  first: string;
}

/** Locked in the order of their ids, as everybody does who locks several. */
const replaceIn = (table: string, column: string, type: string): string => `
WITH resealed AS (
  SELECT * FROM unnest($1::${type}[], $2::text[], $3::text[]) AS r(id, old, sealed)
), locked AS (
  SELECT t.id FROM ${table} t JOIN resealed r ON r.id = t.id AND t.${column} = r.old ORDER BY t.id FOR UPDATE OF t
)
UPDATE ${table} t SET ${column} = r.sealed FROM resealed r JOIN locked l ON l.id = r.id
WHERE t.id = r.id AND t.${column} = r.old`;

const PLACES: readonly Place[] = [
  {
    what: 'secret',
    purpose: SECRET_PURPOSE,
    find: `SELECT id::text AS id, webhook_id AS "webhookId", secret AS sealed FROM webhook_secrets
           WHERE id > $1::uuid AND NOT starts_with(secret, $2) ORDER BY id LIMIT $3`,
    replace: replaceIn('webhook_secrets', 'secret', 'uuid'),
    first: '00000000-0000-0000-0000-000000000000',
  },
  {
    what: 'headers',
    purpose: HEADERS_PURPOSE,
    find: `SELECT id::text AS id, id AS "webhookId", headers AS sealed FROM webhooks
           WHERE id > $1::int AND headers IS NOT NULL AND NOT starts_with(headers, $2) ORDER BY id LIMIT $3`,
    replace: replaceIn('webhooks', 'headers', 'int'),
    first: '0',
  },
];

interface Row {
  id: string;
  webhookId: number;
  sealed: string;
}

/** The new text of a row, or why it cannot be had; never what it says. */
const reseal = (encryption: Encryption, { purpose, what }: Place, { webhookId, sealed }: Row): string | Unreadable => {
  try {
    return encryption.encrypt(encryption.decrypt(sealed, purpose), purpose);
  } catch (error) {
    return { webhookId, what, reason: error instanceof Error ? error.message : String(error) };
  }
};

/**
 * Walks once over all that is sealed and seals with the current key what another one sealed. A batch is one statement: a
 * walk that ends anywhere leaves every row readable, and the next one goes on with what is left. Neither the version of a
 * webhook nor anything else of it changes: what a worker holds in memory stays right.
 * @param onProgress told after each batch how many were sealed anew so far.
 */
export const resealOnce = async (
  { prisma }: Pick<Database, 'prisma'>,
  encryption: Encryption,
  { batchSize, onProgress }: { batchSize: number; onProgress(resealed: number): void },
): Promise<Resealed> => {
  const unreadable: Unreadable[] = [];
  let resealed = 0;
  for (const place of PLACES) {
    for (let after = place.first; ;) {
      const rows = await prisma.$queryRawUnsafe<Row[]>(place.find, castId(after), encryption.prefix, batchSize);
      const last = rows.at(-1);
      if (last === undefined) break;
      after = last.id;
      const texts = rows.map((row) => reseal(encryption, place, row));
      unreadable.push(...texts.filter((text) => typeof text !== 'string'));
      const done = rows.flatMap((row, nth) => (typeof texts[nth] === 'string' ? [{ ...row, text: texts[nth] }] : []));
      const ids = done.map(({ id }) => castId(id));
      resealed += await prisma.$executeRawUnsafe(
        place.replace,
        ids,
        done.map(({ sealed }) => sealed),
        done.map(({ text }) => text),
      );
      onProgress(resealed);
    }
  }
  return { resealed, unreadable };
};

const castId = (id: string): string | number => (/^\d+$/.test(id) ? Number(id) : id);

/** How many texts each key has sealed, by its id. Reads all of them. */
export const countByKey = async ({ prisma }: Pick<Database, 'prisma'>): Promise<Map<string, number>> => {
  const rows = await prisma.$queryRaw<{ keyId: string; count: number }[]>`
    SELECT split_part(sealed, '.', 2) AS "keyId", count(*)::int AS count
    FROM (SELECT secret AS sealed FROM webhook_secrets
          UNION ALL SELECT headers FROM webhooks WHERE headers IS NOT NULL) s
    GROUP BY 1 ORDER BY 1`;
  return new Map(rows.map(({ keyId, count }) => [keyId, count]));
};
