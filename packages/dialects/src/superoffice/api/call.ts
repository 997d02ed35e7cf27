import type { IncomingHttpHeaders } from 'node:http';
import type { Caller, Manager } from '../../manager.ts';
import type { ReadOptions } from './formats/read-input.ts';

/** The switches of this API, by SuperOffice's names. */
export interface Switches {
  requireHttps: boolean;
  pingOnSave: boolean;
}

/** A request whose caller is known. */
export interface Call {
  manager: Manager;
  caller: Caller;
  switches: Switches;
  headers: IncomingHttpHeaders;
  /** A parameter of the query by its name in any letter case, the first one where there are several. */
  query(name: string): string | undefined;
  /** The body as the JSON value that it stands for; undefined when there is none. Read on the first call. */
  readBody(options?: ReadOptions): Promise<unknown>;
  /** Address of the REST collection as the client reaches it. */
  collectionUrl: string;
}

export interface Answer {
  /** Default 200; 204 and 304 have no body. */
  status?: number;
  headers?: Record<string, string>;
  /** What it is, for the root element in XML. */
  type?: string;
  value?: unknown;
}

export type Operation = (call: Call) => Promise<Answer>;

export const NO_CONTENT: Answer = { status: 204 };
