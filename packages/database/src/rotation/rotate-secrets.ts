import { connectDatabase, type Database } from '../connect-database.ts';
import { createEncryption, type Encryption } from '../encryption.ts';
import { assertMigrated } from '../migrate/check-migrations.ts';
import { countByKey, resealOnce, type Unreadable } from './reseal.ts';

const BATCH_SIZE = 200;
/** Rows that are written while a walk passes them are met by the next one; services that keep on sealing with another key would be met for ever. */
const MAX_WALKS = 5;
const PROGRESS_EVERY = 5000;
const MAX_NAMED = 50;

const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

const nameUnreadable = (unreadable: readonly Unreadable[]): string[] => [
  `${plural(unreadable.length, 'text')} could not be read and stayed as they were:`,
  ...unreadable.slice(0, MAX_NAMED).map(({ webhookId, what, reason }) => `  webhook ${webhookId}, ${what}: ${reason}`),
  ...(unreadable.length > MAX_NAMED ? [`  … and ${unreadable.length - MAX_NAMED} more`] : []),
  'Add the key that is missing at the end of POSTHORN_ENCRYPTION_KEYS and run this again. Where the key is lost, give the webhook a new secret or new headers.',
];

const conclude = (encryption: Encryption, counts: ReadonlyMap<string, number>): string[] => {
  const others = [...counts.keys()].filter((keyId) => keyId !== encryption.keyId);
  if (others.length > 0) {
    const left = others.map((keyId) => `${keyId} (${counts.get(keyId)})`).join(', ');
    return [
      `Still in use: ${left}. A service may go on to seal with it: restart api and worker with ${encryption.keyId} in front, and run this again.`,
    ];
  }
  const removable = encryption.otherKeyIds.join(', ');
  if (removable === '') return [`Everything is sealed with ${encryption.keyId}, the only key.`];
  return [
    `Nothing is sealed with ${removable} any more. Once every api and worker runs with ${encryption.keyId} in front, remove ${removable} from POSTHORN_ENCRYPTION_KEYS; backups made before now still need it.`,
  ];
};

/** Walks until nothing is left that can be sealed anew, or somebody makes more of it all the time. */
const resealAll = async (database: Database, encryption: Encryption, print: (line: string) => void) => {
  let total = 0;
  let unreadable: Unreadable[] = [];
  for (let walk = 0; walk < MAX_WALKS; walk += 1) {
    const before = total;
    let told = total;
    const result = await resealOnce(database, encryption, {
      batchSize: BATCH_SIZE,
      onProgress(resealed) {
        if (before + resealed - told < PROGRESS_EVERY) return;
        told = before + resealed;
        print(`${plural(told, 'text')} sealed with ${encryption.keyId} so far …`);
      },
    });
    total += result.resealed;
    unreadable = result.unreadable;
    if (result.resealed === 0) break;
  }
  return { total, unreadable };
};

/**
 * Seals all secrets and headers of webhooks with the first of the keys. Safe while services run that have all of the keys,
 * and after it was broken off: it goes on where it stopped.
 * @param print told what is done, line by line; no secret and no key is in it.
 * @returns whether everything is sealed with the first key now.
 * @throws StartError when the database cannot be reached or is behind; Error when the keys are none.
 */
export const rotateSecrets = async (
  { databaseUrl, keys }: { databaseUrl: string; keys: string },
  print: (line: string) => void,
): Promise<boolean> => {
  const encryption = createEncryption(keys);
  const database = connectDatabase({ url: databaseUrl, poolSize: 2, applicationName: 'posthorn-rotate' });
  try {
    await assertMigrated(database);
    const { total, unreadable } = await resealAll(database, encryption, print);
    const counts = await countByKey(database);
    const inAll = [...counts.values()].reduce((sum, count) => sum + count, 0);
    print(`${plural(total, 'text')} sealed anew with ${encryption.keyId}; ${plural(inAll, 'text')} in all.`);
    const lines = unreadable.length > 0 ? nameUnreadable(unreadable) : conclude(encryption, counts);
    for (const line of lines) print(line);
    return unreadable.length === 0 && [...counts.keys()].every((keyId) => keyId === encryption.keyId);
  } finally {
    await database.close();
  }
};
