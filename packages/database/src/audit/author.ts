import type { AuditActor } from '@posthorn/contracts';

/** Who makes a change, and from where: what the audit log keeps beside the change itself. */
export interface Author {
  actor: AuditActor;
  /** Name of the token, `admin` or `operator`: what `updatedBy` and its like show. */
  name: string;
  /** UUID; null for the admin token, which is a setting, and for the operator. */
  tokenId: string | null;
  /** `native`, or the dialect that the call was made in; `none` for the operator. */
  api: string;
  /** Address of the client, as far as the service knows it. */
  address: string | null;
  userAgent: string | null;
  requestId: string | null;
}

/** Changes that come from settings or commands: no request stands behind them. */
export const OPERATOR: Author = {
  actor: 'operator',
  name: 'operator',
  tokenId: null,
  api: 'none',
  address: null,
  userAgent: null,
  requestId: null,
};

/** What housekeeping does by itself and a person could have done. */
export const HOUSEKEEPING: Author = { ...OPERATOR, name: 'housekeeping' };
