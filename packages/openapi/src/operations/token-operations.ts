import { createTokenSchema, pageQuerySchema } from '@posthorn/contracts';
import { createdTokenAnswer, meAnswer, pageAnswer, tokenAnswer } from '@posthorn/contracts/answers';
import { createdToken, pageOf, token } from '../examples.ts';
import { me } from '../installation-examples.ts';
import { answerOf, json, type Operation } from '../operation.ts';

/** What the holder of a token asks about tokens. */
export const tokenOperations: readonly Operation[] = [
  {
    id: 'getMe',
    method: 'get',
    path: '/v1/me',
    tag: 'Accounts',
    summary: 'Who calls',
    description: 'The account and the scopes of the token that the call is made with.',
    access: 'any',
    answers: { 200: answerOf('Who it is.', meAnswer, me) },
  },
  {
    id: 'createOwnToken',
    method: 'post',
    path: '/v1/tokens',
    tag: 'Accounts',
    summary: 'Make a token of the own account',
    description: 'The answer alone holds its value. A token gives no scope that it lacks itself.',
    access: 'manage',
    body: {
      required: true,
      contents: [
        json(createTokenSchema, {
          'for an operator': { name: 'Operations', scopes: ['manage', 'read'] },
          'for support': { name: 'Support', scopes: ['read'] },
        }),
      ],
    },
    answers: { 201: answerOf('The token, with its value.', createdTokenAnswer, createdToken) },
  },
  {
    id: 'listOwnTokens',
    method: 'get',
    path: '/v1/tokens',
    tag: 'Accounts',
    summary: 'List the tokens of the own account',
    description: 'Oldest first, without values; revoked ones too.',
    access: 'manage',
    query: pageQuerySchema,
    answers: { 200: answerOf('A page.', pageAnswer('TokenPage', tokenAnswer), pageOf(token)) },
  },
  {
    id: 'revokeToken',
    method: 'delete',
    path: '/v1/tokens/{tokenId}',
    tag: 'Accounts',
    summary: 'Revoke a token',
    description:
      'One of the own account; the one that the call is made with, too. It may still publish for two seconds. Sessions of the console that it began end with it.',
    access: 'manage',
    adminToo: true,
    answers: { 204: { description: 'It is revoked.' } },
  },
];
