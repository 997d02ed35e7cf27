import Joi from 'joi';

export const TOKEN_SCOPES = ['manage', 'publish', 'read'] as const;
/** `read` sees everything of the account but secrets; `manage` also changes webhooks and sees secrets; `publish` publishes. */
export type TokenScope = (typeof TOKEN_SCOPES)[number];

export interface CreateAccountBody {
  name: string;
}

export interface AccountView {
  id: number;
  name: string;
  created: string;
}

export interface CreateTokenBody {
  name: string;
  scopes: TokenScope[];
}

/** A token without its value, which is shown once, at creation. */
export interface TokenView {
  id: string;
  accountId: number;
  name: string;
  scopes: TokenScope[];
  created: string;
  revoked: string | null;
}

export interface CreatedToken extends TokenView {
  /** The credential. Only its SHA-256 is stored: it cannot be shown again. */
  token: string;
}

const nameSchema = Joi.string().trim().min(1).max(200).required().description('For people; without spaces around it.');

export const createAccountSchema = Joi.object<CreateAccountBody>({ name: nameSchema })
  .required()
  .meta({ component: 'CreateAccount' });

export const createTokenSchema = Joi.object<CreateTokenBody>({
  name: nameSchema,
  scopes: Joi.array()
    .items(Joi.string().valid(...TOKEN_SCOPES))
    .min(1)
    .unique()
    .required()
    .description(
      '`read` sees everything of the account but secrets; `manage` also changes webhooks and sees secrets; `publish` publishes.',
    ),
})
  .required()
  .meta({ component: 'CreateToken' });
