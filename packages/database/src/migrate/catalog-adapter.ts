import { PrismaPg } from '@prisma/adapter-pg';
import { ColumnTypeEnum, type SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import pg from 'pg';

/** PostgreSQL's internal one-byte type `"char"`, which its catalogs are full of; and `text`, which stands in for it. */
const INTERNAL_CHAR_OID = 18;
const TEXT_OID = 25;

/** Columns of type `"char"`, by statement. */
type CharColumns = Map<string, number[]>;

class CatalogPool extends pg.Pool {
  readonly charColumns: CharColumns = new Map();

  override query = (async (config: pg.QueryConfig) => {
    const result = await (super.query(config) as unknown as Promise<pg.QueryResult>);
    const found = result.fields.flatMap((field, index) => (field.dataTypeID === INTERNAL_CHAR_OID ? [index] : []));
    for (const index of found) (result.fields[index] as pg.FieldDef).dataTypeID = TEXT_OID;
    if (found.length > 0) this.charColumns.set(config.text, found);
    return result;
  }) as unknown as typeof pg.Pool.prototype.query;
}

/**
 * A Prisma adapter that can read PostgreSQL's catalogs. The stock one (7.10) refuses columns of type `"char"`, while the
 * schema engine reads them at every look at a schema and insists on the column type Character.
 */
export const createCatalogAdapter = (
  databaseUrl: string,
): { factory: SqlMigrationAwareDriverAdapterFactory; close(): Promise<void> } => {
  const pool = new CatalogPool({ connectionString: databaseUrl, max: 2 });
  const stock = new PrismaPg(pool);
  const connect = async () => {
    const adapter = await stock.connect();
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (query) => {
      const result = await queryRaw(query);
      for (const index of pool.charColumns.get(query.sql) ?? []) {
        result.columnTypes[index] = ColumnTypeEnum.Character;
      }
      return result;
    };
    return adapter;
  };
  const factory: SqlMigrationAwareDriverAdapterFactory = {
    provider: stock.provider,
    adapterName: stock.adapterName,
    connect,
    connectToShadowDb: connect,
  };
  return { factory, close: () => pool.end() };
};
