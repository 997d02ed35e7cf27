import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, release, totalmem, type } from 'node:os';
import { dirname, join } from 'node:path';
import { PROJECT_ROOT } from '@posthorn/testing';
import { POSTGRES_SETTINGS, type Rig } from '../rig/start-rig.ts';

const require = createRequire(import.meta.url);

/** Installed version of a package, by its manifest: not every package exports that. */
const versionOf = (name: string): string => {
  for (let dir = dirname(require.resolve(name)); dir !== dirname(dir); dir = dirname(dir)) {
    try {
      const manifest = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as {
        name?: string;
        version?: string;
      };
      if (manifest.name === name) return `${name} ${manifest.version}`;
    } catch {
      // Not here: one folder up.
    }
  }
  return name;
};

const commit = (): string => {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: PROJECT_ROOT, encoding: 'utf8' }).trim();
  } catch {
    return 'not a git checkout';
  }
};

/** What the figures were measured on and with. */
export const describeMachine = async (rig: Rig): Promise<[name: string, value: string][]> => {
  const [postgres] = await rig.query<{ server_version: string }>('SHOW server_version');
  const redis = /redis_version:(\S+)/.exec(await rig.redis.command('INFO server'))?.[1] ?? 'unknown';
  const processors = cpus();
  return [
    ['date', new Date().toISOString().slice(0, 10)],
    ['commit', commit()],
    ['processor', `${processors.length} × ${processors[0]?.model.trim() ?? 'unknown'}`],
    ['memory', `${Math.round(totalmem() / 1024 ** 3)} GiB`],
    ['system', `${type()} ${release()}`],
    ['Node', process.version],
    ['PostgreSQL', `${postgres?.server_version}, durable as it comes (fsync and synchronous_commit on)`],
    [
      'its settings',
      Object.entries(POSTGRES_SETTINGS)
        .map(([key, value]) => `${key}=${value}`)
        .join(', '),
    ],
    ['Redis', `${redis}, nothing on disk`],
    ['packages', ['bullmq', 'ioredis', 'pg', 'undici', 'got', 'express', 'joi'].map(versionOf).join(', ')],
  ];
};
