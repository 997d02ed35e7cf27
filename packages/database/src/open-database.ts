import { connectDatabase, type Database } from './connect-database.ts';
import { type OpenDatabase, openWith } from './open-sql.ts';

/** @see OpenDatabase */
export const openDatabase: OpenDatabase<Database> = openWith(connectDatabase);
