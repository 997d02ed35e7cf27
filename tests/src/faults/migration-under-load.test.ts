import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { applyMigrations } from '@posthorn/database';
import { createTestDatabase, startServiceProcess, waitUntil } from '@posthorn/testing';
import { now } from '../testing/clock.ts';
import { copyMigrations } from '../testing/copy-migrations.ts';
import { judgeFault } from '../testing/judge-fault.ts';
import { clientOf } from '../testing/publish-over.ts';
import type { FaultSystem } from '../testing/start-fault-system.ts';
import { startLoad } from '../testing/start-load.ts';
import { testBothBackends } from '../testing/test-both-backends.ts';
import { troubleOf } from '../testing/trouble-of.ts';

/** What the next version may do while this one runs: it adds. One busy table each, as CONTRIBUTING.md has it. */
const NEXT: Record<string, string> = {
  '29990101000000_add_a_column_to_events': 'ALTER TABLE events ADD COLUMN priority int NOT NULL DEFAULT 0;',
  '29990101000001_add_a_column_to_deliveries': 'ALTER TABLE deliveries ADD COLUMN note text;',
  '29990101000002_add_an_index': 'CREATE INDEX deliveries_note_idx ON deliveries (webhook_id) WHERE note IS NOT NULL;',
  '29990101000003_add_a_column_to_attempts': 'ALTER TABLE attempts ADD COLUMN region text;',
  '29990101000004_add_a_column_to_webhooks': `ALTER TABLE webhooks ADD COLUMN labels text[] NOT NULL DEFAULT '{}';`,
  '29990101000005_add_a_table': 'CREATE TABLE labels (id int PRIMARY KEY, name text NOT NULL);',
};

/** Those of this version, and the next ones. */
const applyNext = async (databaseUrl: string): Promise<string[]> => {
  const migrations = await copyMigrations();
  try {
    for (const [name, sql] of Object.entries(NEXT)) await migrations.add(name, sql);
    return await applyMigrations(databaseUrl, migrations.folder);
  } finally {
    await migrations.close();
  }
};

const migrateUnderLoad = async (system: FaultSystem): Promise<void> => {
  const { deployment, databaseUrl } = system;
  const load = startLoad(deployment, { retry: 'refused connections', perSecond: 50 });
  await waitUntil('events are accepted', () => load.accepted > 100, { timeoutMs: 60_000 });
  expect(await applyNext(databaseUrl)).toEqual(Object.keys(NEXT));
  const endedAtMs = now();
  const meanwhile = load.accepted + 100;
  await waitUntil('events are accepted on the new schema', () => load.accepted >= meanwhile, { timeoutMs: 60_000 });
  await deployment.roll();
  const result = await load.stop();
  await judgeFault({ fault: 'a migration of the next version', system, load: result, endedAtMs, inFlight: 0 });
  expect(result.refused).toEqual([]);
  expect(Object.keys(result.unanswered).filter((code) => code !== 'ECONNREFUSED')).toEqual([]);
  expect(troubleOf(deployment).filter(({ level }) => level !== 'warn')).toEqual([]);
  const webhook = await clientOf(deployment).webhooks.create({
    name: 'x',
    targetUrl: `${system.receiver.url}/x`,
    events: ['x'],
  });
  await clientOf(deployment).webhooks.update(webhook.id, { state: 'Stopped' });
};

testBothBackends(
  'the next migration is applied under load: this version goes on without an error, beside it and started anew',
  { replicas: { ingest: 2, worker: 2, notifier: 1 } },
  migrateUnderLoad,
  300_000,
);

test('a service refuses a database of the version before, and says which migration is missing', async () => {
  const older = await createTestDatabase({ migrated: false });
  const before = await copyMigrations();
  const last = before.names.at(-1) as string;
  try {
    await before.leaveOut(last);
    await applyMigrations(older.url, before.folder);
    const env = {
      DATABASE_URL: older.url,
      POSTHORN_ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    };
    await expect(startServiceProcess({ name: 'worker', env })).rejects.toThrow(
      `The database is behind by 1 migration(s): ${last}. Run \`npm run migrate\``,
    );
  } finally {
    await before.close();
    await waitUntil('the database can be dropped', () =>
      older.drop().then(
        () => true,
        () => false,
      ),
    );
  }
}, 60_000);
