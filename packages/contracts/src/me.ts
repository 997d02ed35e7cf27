import Joi from 'joi';
import type { TokenScope } from './accounts.ts';

/** Who calls, and for which account. */
export interface MeView {
  /** Whether it is the admin token. */
  isAdmin: boolean;
  /** The account of the token; for the admin token the one that `Posthorn-Account` names, null when it names none. */
  account: { id: number; name: string } | null;
  /** Null for the admin token. In a session of the console: the token that began it. */
  token: { id: string; name: string; scopes: TokenScope[] } | null;
  /** Of the server. */
  version: string;
}

/** Body of `POST /console/session`. */
export interface BeginSessionBody {
  token: string;
}

export const beginSessionSchema = Joi.object<BeginSessionBody>({
  token: Joi.string().max(400).required(),
}).required();
