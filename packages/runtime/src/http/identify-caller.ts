import { PosthornError, type TokenScope } from '@posthorn/contracts';
import type { Request } from 'express';
import type { FailureLimiter } from '../limits/limit-failures.ts';
import { clientAddress } from './identify-requests.ts';

/** A token of an account, and what it may do. */
export interface Holder {
  tokenId: string;
  tokenName: string;
  accountId: number;
  scopes: readonly TokenScope[];
}

/** By what somebody is known: a token of an account, or the admin token. */
export type Credential = { kind: 'token'; holder: Holder } | { kind: 'admin' };

export interface NamedAccount {
  id: number;
  name: string;
}

/** Who calls. The admin token belongs to no account: it acts for the one that the request names, if any. */
export type Caller = { kind: 'token'; holder: Holder } | { kind: 'admin'; account: NamedAccount | null };

/** The holder of a token; null when the token is unknown or revoked. */
export type FindToken = (tokenValue: string) => Promise<Holder | null>;

/** As `FindToken`, for a request: who sends it counts. @throws PosthornError `too_many_requests` */
export type FindHolder = (request: Request, tokenValue: string) => Promise<Holder | null>;

/** Who makes a request; null when nobody is known by what it carries. */
export type IdentifyCaller = (request: Request) => Promise<Caller | null>;

export interface IdentifyOptions {
  findHolder: FindHolder;
  /** Without it the admin token is a wrong one here. */
  admin?: AdminAccess | undefined;
  /** The session that the cookie of a request names. Without it no cookie is looked at. */
  findSession?: ((request: Request) => Promise<Credential | null>) | undefined;
}

export interface AdminAccess {
  isAdmin(tokenValue: string): boolean;
  findAccount(id: number): Promise<NamedAccount | null>;
}

/** Names the account that the admin token acts for. */
export const ACCOUNT_HEADER = 'Posthorn-Account';

const MAX_INTEGER = 2_147_483_647;

/** Looks tokens up behind a limiter of wrong ones. */
export const limitFailures =
  (limiter: FailureLimiter, findToken: FindToken): FindHolder =>
  (request, tokenValue) =>
    limiter.check({ address: clientAddress(request), tokenValue }, findToken);

/** The token of `Authorization: Bearer <token>` (RFC 6750 §2.1); null when there is none of that form. */
export const bearerToken = (request: Request): string | null =>
  /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;

const wrongAccount = (code: string, what: string): PosthornError => {
  const message = `${ACCOUNT_HEADER} must be ${what}`;
  return new PosthornError('validation_failed', `The header is not valid: ${message}`, {
    errors: [{ path: ACCOUNT_HEADER, code, message }],
  });
};

/** @throws PosthornError `validation_failed` */
const readAccountId = (request: Request): number | null => {
  const text = request.get(ACCOUNT_HEADER);
  if (text === undefined) return null;
  const id = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : Infinity;
  if (id > MAX_INTEGER) throw wrongAccount('account.invalid', 'the id of an account');
  return id;
};

const findBearer = async (request: Request, { findHolder, admin }: IdentifyOptions): Promise<Credential | null> => {
  const tokenValue = bearerToken(request);
  if (tokenValue === null) return null;
  if (admin?.isAdmin(tokenValue) === true) return { kind: 'admin' };
  const holder = await findHolder(request, tokenValue);
  return holder === null ? null : { kind: 'token', holder };
};

/**
 * The one place that says who is calling: a token in `Authorization`, the admin token with the account that it acts for, or a
 * session of the console. A request with `Authorization` is judged by that alone, whatever cookie a browser added to it.
 * @throws PosthornError `validation_failed` when `Posthorn-Account` is no account, `forbidden` when it is not that of the token,
 * `too_many_requests` for wrong tokens.
 */
export const createIdentifyCaller =
  (options: IdentifyOptions): IdentifyCaller =>
  async (request) => {
    const credential = await (request.headers.authorization === undefined
      ? (options.findSession?.(request) ?? null)
      : findBearer(request, options));
    if (credential === null) return null;
    const accountId = readAccountId(request);
    if (credential.kind === 'token') {
      if (accountId === null || accountId === credential.holder.accountId) return credential;
      throw new PosthornError(
        'forbidden',
        `This token belongs to another account than the one that ${ACCOUNT_HEADER} names.`,
      );
    }
    if (accountId === null) return { kind: 'admin', account: null };
    const account = (await options.admin?.findAccount(accountId)) ?? null;
    if (account === null) throw wrongAccount('account.unknown', 'the id of an account that there is');
    return { kind: 'admin', account };
  };
