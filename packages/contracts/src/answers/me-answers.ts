import Joi from 'joi';
import { TOKEN_SCOPES, type TokenScope } from '../accounts.ts';
import type { MeView } from '../me.ts';
import { answerSchema, namedAnswerSchema } from './answer-schema.ts';

export const meAnswer = namedAnswerSchema<MeView>('Me', {
  isAdmin: Joi.boolean().description('Whether it is the admin token.'),
  account: answerSchema<NonNullable<MeView['account']>>({ id: Joi.number().integer(), name: Joi.string() })
    .allow(null)
    .description(
      'The account of the token; for the admin token the one that `Posthorn-Account` names, null when it names none.',
    ),
  token: answerSchema<NonNullable<MeView['token']>>({
    id: Joi.string(),
    name: Joi.string(),
    scopes: Joi.array().items(Joi.string<TokenScope>().valid(...TOKEN_SCOPES)),
  })
    .allow(null)
    .description('Null for the admin token.'),
  version: Joi.string().description('Of the server.'),
});
