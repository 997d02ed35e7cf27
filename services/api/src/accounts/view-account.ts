import { type AccountView, encodeId, type TokenView } from '@posthorn/contracts';
import type { AccountRecord, TokenRecord } from '@posthorn/database';

export const viewAccount = ({ id, name, created }: AccountRecord): AccountView => ({
  id,
  name,
  created: created.toISOString(),
});

export const viewToken = ({ id, accountId, name, scopes, created, revoked }: TokenRecord): TokenView => ({
  id: encodeId('token', id),
  accountId,
  name,
  scopes,
  created: created.toISOString(),
  revoked: revoked?.toISOString() ?? null,
});
