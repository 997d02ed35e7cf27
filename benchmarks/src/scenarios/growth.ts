import { type FillSize, fillDatabase } from '../rig/fill-database.ts';
import type { Installation } from '../rig/install-posthorn.ts';
import type { Rig } from '../rig/start-rig.ts';
import { defineScenario, type Sample } from '../scenario.ts';
import { DRAIN_METRICS, type DrainProbe, drainPosthorn, type DrainSize } from './run-drain.ts';

export interface GrowthSize extends DrainSize {
  fill: FillSize;
}

interface ScannedTable {
  name: string;
  scans: bigint;
  rows: bigint;
}

const SCANS = `
SELECT relname AS name, seq_scan AS scans, seq_tup_read AS rows FROM pg_stat_user_tables
WHERE relname ~ '^(events|deliveries|attempts)_' OR relname IN ('webhooks', 'webhook_secrets', 'webhook_health')`;

/** Backends tell of what they have scanned once they have been idle for a moment. */
const TOLD_AFTER_MS = 1500;

const readScans = async ({ database }: Installation): Promise<Map<string, ScannedTable>> => {
  await new Promise((resolve) => setTimeout(resolve, TOLD_AFTER_MS));
  const rows = await database.prisma.$queryRawUnsafe<ScannedTable[]>(SCANS);
  return new Map(rows.map((row) => [row.name, row]));
};

/** Counts rows that sequential scans of the large tables read while events are published and delivered. */
const createScanProbe = (): DrainProbe => {
  let before = new Map<string, ScannedTable>();
  return {
    async begin(posthorn) {
      before = await readScans(posthorn);
    },
    async end(posthorn) {
      const scanned = [...(await readScans(posthorn)).values()]
        .map(({ name, scans, rows }) => ({
          name,
          scans: Number(scans - (before.get(name)?.scans ?? 0n)),
          rows: Number(rows - (before.get(name)?.rows ?? 0n)),
        }))
        .filter(({ rows }) => rows > 0);
      return {
        values: { scannedRows: scanned.reduce((sum, { rows }) => sum + rows, 0) },
        notes: scanned.map(({ name, scans, rows }) => `${name}: ${scans} sequential scans read ${rows} rows`),
      };
    },
  };
};

const drainFilled = async (rig: Rig, { fill, ...size }: GrowthSize): Promise<Sample> => {
  const { url } = await fillDatabase(rig, fill);
  return drainPosthorn(rig, size, { queues: 'redis', databaseUrl: url, probe: createScanProbe() });
};

export const growth = defineScenario<GrowthSize>({
  name: 'growth',
  what:
    'The drain with 2,000,000 deliveries of 10,000 webhooks stored, over the partitions of five past days, against the drain ' +
    'with nothing stored; and the rows that sequential scans of the large tables read meanwhile.',
  sizes: {
    full: { deliveries: 30_000, fill: { webhooks: 10_000, deliveries: 2_000_000 } },
    quick: { deliveries: 3000, fill: { webhooks: 1000, deliveries: 50_000 } },
  },
  rounds: { full: 3, quick: 1 },
  metrics: [...DRAIN_METRICS, { key: 'scannedRows', label: 'read by sequential scans', unit: 'rows', digits: 0 }],
  chart: ['perSecond'],
  contestants: [
    {
      name: 'empty',
      what: 'Nothing else is stored.',
      run: (rig, size) => drainPosthorn(rig, size, { queues: 'redis', probe: createScanProbe() }),
    },
    { name: 'filled', what: '2,000,000 deliveries, their events and attempts, and 10,000 webhooks.', run: drainFilled },
  ],
  targets: [
    {
      text: 'at least 0.85 × empty',
      of: (median) => median('filled', 'perSecond') / median('empty', 'perSecond'),
      atLeast: 0.85,
      digits: 2,
    },
    {
      text: 'sequential scans read no rows of the large tables',
      of: (median) => median('filled', 'scannedRows'),
      atMost: 0,
      digits: 0,
    },
  ],
});
