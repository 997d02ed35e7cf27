import Joi from 'joi';
import { NOTICE_KINDS, NOTICE_STATUSES, type NoticeKind, type NoticeStatus, type NoticeView } from '../notices.ts';
import { momentSchema, namedAnswerSchema } from './answer-schema.ts';

export const noticeAnswer = namedAnswerSchema<NoticeView>('Notice', {
  id: Joi.string(),
  webhookId: Joi.number().integer().allow(null).description('Null when the webhook was deleted.'),
  webhookName: Joi.string().allow('').description('As it was called then.'),
  kind: Joi.string<NoticeKind>()
    .valid(...NOTICE_KINDS)
    .description('`gone`: its receiver answered 410.'),
  recipient: Joi.string(),
  status: Joi.string<NoticeStatus>()
    .valid(...NOTICE_STATUSES)
    .description('`given_up`: nobody tries to send it any more.'),
  created: momentSchema,
  sent: momentSchema.allow(null).description('When the mail server took it; null before that.'),
  tries: Joi.number().integer().description('Tries to send it so far.'),
  lastError: Joi.string().allow('', null).description('Why the last try that failed did.'),
}).description('An e-mail about a webhook that changed its state.');
