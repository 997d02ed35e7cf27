import type { Fields } from '../callback/read-fields.ts';

/** What a callback says of an event, under the names of the body. Keys that are undefined are not sent. */
export interface CallbackFields {
  /** Names, or names with values for a script. */
  Changes: readonly string[] | Fields;
  Values?: Fields | undefined;
  Event: string;
  PrimaryKey: number;
  Entity?: string | undefined;
  ContextIdentifier: string;
  ChangedByAssociateId: number;
  FieldValues?: Fields | undefined;
}

/** What SuperOffice calls an installation of its own, without tenants. */
export const DEFAULT_CONTEXT = 'Default';
