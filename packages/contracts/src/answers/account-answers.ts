import Joi from 'joi';
import { type AccountView, type CreatedToken, TOKEN_SCOPES, type TokenScope, type TokenView } from '../accounts.ts';
import { momentSchema, namedAnswerSchema } from './answer-schema.ts';

export const accountAnswer = namedAnswerSchema<AccountView>('Account', {
  id: Joi.number().integer(),
  name: Joi.string(),
  created: momentSchema,
});

const tokenFields = {
  id: Joi.string(),
  accountId: Joi.number().integer(),
  name: Joi.string(),
  scopes: Joi.array().items(Joi.string<TokenScope>().valid(...TOKEN_SCOPES)),
  created: momentSchema,
  revoked: momentSchema.allow(null),
};

export const tokenAnswer = namedAnswerSchema<TokenView>('Token', tokenFields).description(
  'A token without its value, which is shown once, at creation.',
);

export const createdTokenAnswer = namedAnswerSchema<CreatedToken>('CreatedToken', {
  ...tokenFields,
  token: Joi.string().description('The credential. Only its SHA-256 is stored: it cannot be shown again.'),
});
