import Joi from 'joi';
import { timestampSchema } from './events.ts';
import { type PageQuery, pageParameters } from './pages.ts';

export const AUDIT_ACTIONS = [
  'account.create',
  'token.create',
  'token.update',
  'token.revoke',
  'webhook.create',
  'webhook.update',
  'webhook.delete',
  'webhook.rotate_secret',
  'delivery.retry',
  'replay.create',
  'replay.cancel',
  'domain.create',
] as const;
/** What somebody did. Each is one change that was committed; what was refused has no line. */
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

export const AUDIT_TARGET_TYPES = ['account', 'token', 'webhook', 'delivery', 'replay', 'domain'] as const;
export type AuditTargetType = (typeof AUDIT_TARGET_TYPES)[number];

export const AUDIT_ACTORS = ['token', 'admin', 'operator'] as const;
/** `token`: one of the account; `admin`: the admin token; `operator`: a setting of the installation. */
export type AuditActor = (typeof AUDIT_ACTORS)[number];

/** A change that somebody made. */
export interface AuditEntryView {
  /** `aud_…` */
  id: string;
  /** ISO 8601 in UTC. */
  at: string;
  /** The account that the change is about. */
  accountId: number;
  /** Name of the token, `admin` or `operator`; `tokenId` (`tok_…`) is null but for tokens. */
  actor: { type: AuditActor; name: string; tokenId: string | null };
  action: AuditAction;
  /** `id` as the API shows it. */
  target: { type: AuditTargetType; id: string; name: string | null };
  /** Names of the fields that an update changed; values are not kept. */
  changed: string[];
  /** `native`, or the dialect of the call; `none` for the operator. */
  api: string;
  /** Address of the client; behind a proxy see the setting `TRUST_PROXY`. */
  address: string | null;
  userAgent: string | null;
  requestId: string | null;
}

/** Query of `GET /v1/audit`, as it arrives. */
export interface ListAuditQuery extends PageQuery {
  accountId?: string;
  action?: AuditAction;
  targetType?: AuditTargetType;
  targetId?: string;
  tokenId?: string;
  since?: string;
  until?: string;
}

export const listAuditQuerySchema: Joi.ObjectSchema<ListAuditQuery> = Joi.object<ListAuditQuery>({
  ...pageParameters,
  accountId: Joi.string()
    .pattern(/^[1-9]\d{0,8}$/)
    .messages({ 'string.pattern.base': '{{#label}} must be the id of an account' })
    .description('Changes that are about this account: for the admin token, which sees all of them otherwise.')
    .meta({ jsonSchema: { type: 'integer', minimum: 1, maximum: 999_999_999 } }),
  action: Joi.string()
    .valid(...AUDIT_ACTIONS)
    .description('One kind of change.'),
  targetType: Joi.string()
    .valid(...AUDIT_TARGET_TYPES)
    .description('Changes of one kind of thing.'),
  targetId: Joi.string().max(100).description('Changes of one thing, by its id as the API shows it.'),
  tokenId: Joi.string()
    .pattern(/^tok_[0-7][0-9a-hjkmnp-tv-z]{25}$/)
    .messages({ 'string.pattern.base': '{{#label}} must be the id of a token' })
    .description('Changes made with one token, by its id; not its value.'),
  since: timestampSchema.description('Changes at or after this moment.'),
  until: timestampSchema.description('… and before this one.'),
});
