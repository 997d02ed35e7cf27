import { createAccountSchema, createTokenSchema, pageQuerySchema } from '@posthorn/contracts';
import { accountAnswer, createdTokenAnswer, pageAnswer, tokenAnswer } from '@posthorn/contracts/answers';
import { account, createdToken, pageOf, token } from '../examples.ts';
import { answerOf, json, type Operation } from '../operation.ts';

export const accountOperations: readonly Operation[] = [
  {
    id: 'createAccount',
    method: 'post',
    path: '/v1/accounts',
    tag: 'Accounts',
    summary: 'Make an account',
    access: 'admin',
    body: { required: true, contents: [json(createAccountSchema, { account: { name: 'Sales' } })] },
    answers: { 201: { ...answerOf('The account.', accountAnswer, account), headers: ['Location'] } },
  },
  {
    id: 'listAccounts',
    method: 'get',
    path: '/v1/accounts',
    tag: 'Accounts',
    summary: 'List accounts',
    description: 'By ascending id.',
    access: 'admin',
    query: pageQuerySchema,
    answers: { 200: answerOf('A page.', pageAnswer('AccountPage', accountAnswer), pageOf(account)) },
  },
  {
    id: 'getAccount',
    method: 'get',
    path: '/v1/accounts/{accountId}',
    tag: 'Accounts',
    summary: 'Look at an account',
    access: 'admin',
    answers: { 200: answerOf('The account.', accountAnswer, account) },
  },
  {
    id: 'createToken',
    method: 'post',
    path: '/v1/accounts/{accountId}/tokens',
    tag: 'Accounts',
    summary: 'Make a token',
    description: 'The answer alone holds its value.',
    access: 'admin',
    body: {
      required: true,
      contents: [
        json(createTokenSchema, {
          'for a publisher': { name: 'CRM', scopes: ['publish'] },
          'for an operator': { name: 'Operations', scopes: ['manage', 'read'] },
        }),
      ],
    },
    answers: { 201: answerOf('The token, with its value.', createdTokenAnswer, createdToken) },
  },
  {
    id: 'listTokens',
    method: 'get',
    path: '/v1/accounts/{accountId}/tokens',
    tag: 'Accounts',
    summary: "List an account's tokens",
    description: 'Oldest first, without values; revoked ones too.',
    access: 'admin',
    query: pageQuerySchema,
    answers: { 200: answerOf('A page.', pageAnswer('TokenPage', tokenAnswer), pageOf(token)) },
  },
];
