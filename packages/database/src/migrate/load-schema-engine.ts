import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as engineModule from '@prisma/schema-engine-wasm/schema_engine_bg';
import { createCatalogAdapter } from './catalog-adapter.ts';

/** The engine with its connection; `close` frees both. */
export interface SchemaEngine {
  engine: engineModule.SchemaEngine;
  close(): Promise<void>;
}

interface EngineExports {
  __wbindgen_start(): void;
}

/** The one function used here; its full types are part of the browser's, which this project does not load. */
declare const WebAssembly: {
  instantiate(bytes: Uint8Array, imports: object): Promise<{ instance: { exports: EngineExports } }>;
};

let loaded: Promise<void> | undefined;

/**
 * The engine's imports, with timers that do not hold the process: it leaves the one of its lock (10 s) behind, and a
 * migration that is done would seem to hang.
 */
const importsWithoutTimers = (): object => {
  const entries = Object.entries(engineModule as unknown as Record<string, (...args: unknown[]) => unknown>);
  const imports = entries.map(([name, original]) => {
    if (!name.startsWith('__wbg_setTimeout_')) return [name, original];
    const unheld = (...args: unknown[]): unknown => {
      const timer = original(...args);
      (timer as Partial<NodeJS.Timeout> | undefined)?.unref?.();
      return timer;
    };
    return [name, unheld];
  });
  return Object.fromEntries(imports) as object;
};

const loadModule = async (): Promise<void> => {
  const module = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const bytes = await readFile(module.replace(/\.js$/, '.wasm'));
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': importsWithoutTimers() });
  engineModule.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
};

/**
 * Prisma's own schema engine as WebAssembly, over the `pg` driver. The CLI's engine is a binary that is downloaded from a
 * host of Prisma's, which closed networks do not reach; this one comes with the packages and does the same work.
 */
export const loadSchemaEngine = async (databaseUrl: string, schema: string): Promise<SchemaEngine> => {
  loaded ??= loadModule();
  await loaded;
  const adapter = createCatalogAdapter(databaseUrl);
  const factory = bindMigrationAwareSqlAdapterFactory(adapter.factory);
  // Its log is the engine talking about itself; errors arrive as rejections.
  const ignoreLog = () => {};
  const engine = await engineModule.SchemaEngine.new({ datamodels: [['schema.prisma', schema]] }, ignoreLog, factory);
  return {
    engine,
    async close() {
      engine.free();
      await adapter.close();
    },
  };
};
