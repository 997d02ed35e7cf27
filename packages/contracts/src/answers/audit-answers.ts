import Joi from 'joi';
import {
  AUDIT_ACTIONS,
  AUDIT_ACTORS,
  AUDIT_TARGET_TYPES,
  type AuditAction,
  type AuditActor,
  type AuditEntryView,
  type AuditTargetType,
} from '../audit.ts';
import { answerSchema, momentSchema, namedAnswerSchema } from './answer-schema.ts';

export const auditEntryAnswer = namedAnswerSchema<AuditEntryView>('AuditEntry', {
  id: Joi.string(),
  at: momentSchema,
  accountId: Joi.number().integer().description('The account that the change is about.'),
  actor: answerSchema<AuditEntryView['actor']>({
    type: Joi.string<AuditActor>()
      .valid(...AUDIT_ACTORS)
      .description('`operator`: a setting of the installation, such as `POSTHORN_TOKEN`.'),
    name: Joi.string().description('Name of the token, `admin` or `operator`.'),
    tokenId: Joi.string().allow(null),
  }).description('Who made it.'),
  action: Joi.string<AuditAction>().valid(...AUDIT_ACTIONS),
  target: answerSchema<AuditEntryView['target']>({
    type: Joi.string<AuditTargetType>().valid(...AUDIT_TARGET_TYPES),
    id: Joi.string().description('As the API shows it.'),
    name: Joi.string().allow(null).description('As it was called then.'),
  }).description('What was changed.'),
  changed: Joi.array()
    .items(Joi.string())
    .description('Names of the fields that an update changed. Values are not kept.'),
  api: Joi.string().description('`native`, or the dialect that the call was made in.'),
  address: Joi.string().allow(null).description('Address of the client; behind a proxy see the setting `TRUST_PROXY`.'),
  userAgent: Joi.string().allow(null),
  requestId: Joi.string().allow(null).description('`X-Request-Id` of the call: the request log has it, too.'),
}).description('A change that somebody made.');
