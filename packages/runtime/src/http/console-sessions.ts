import { createHash } from 'node:crypto';
import { PosthornError } from '@posthorn/contracts';
import { parse } from 'cookie';
import type { CookieOptions, Request, Response } from 'express';
import type { FailureLimiter } from '../limits/limit-failures.ts';
import type { Credential, Holder } from './identify-caller.ts';
import { clientAddress } from './identify-requests.ts';
import { isSameOrigin } from './is-same-origin.ts';

export const SESSION_COOKIE = 'posthorn_session';
/** Comes with every call of the console. No form can send it, and no page of elsewhere without asking us first. */
export const CONSOLE_HEADER = 'Posthorn-Console';
export const SESSION_SECONDS = 12 * 3600;

const PURPOSE = 'console session';
const SECOND_MS = 1000;

/** What a cookie holds, sealed: the id of a token, not the token. */
interface SealedSession {
  /** UUID of a token; null: the admin token. */
  tokenId: string | null;
  /** Which admin token: a session ends with the token that began it. */
  adminDigest: string | null;
  /** In ms since 1970. */
  expires: number;
}

export interface SessionOptions {
  /** Seals cookies. A key that is replaced stays among those that open for as long as sessions may live. */
  encryption: { encrypt(plain: string, purpose: string): string; decrypt(sealed: string, purpose: string): string };
  adminToken: string;
  /** By the id of a token; null when it is unknown or revoked. */
  findTokenById(tokenId: string): Promise<Holder | null>;
  /** Cookies that open no session count as wrong tokens. */
  failures: FailureLimiter;
  /** Address of this server, as far as it is known. */
  publicUrl: string | null;
  now?: () => number;
}

/** Sessions of the console: in a cookie that scripts cannot read, and that is worth something in calls of the console alone. */
export interface ConsoleSessions {
  /** The credential behind the cookie of a call of the console; null for any other request. @throws PosthornError `too_many_requests` */
  find(request: Request): Promise<Credential | null>;
  /** @throws PosthornError `forbidden` for what cannot be a call of the console: a form, a page of elsewhere. */
  assertFromConsole(request: Request): void;
  /** Gives the browser a session of 12 hours. */
  begin(request: Request, response: Response, credential: Credential): void;
  /** Takes it away again. */
  end(request: Request, response: Response): void;
}

export const createConsoleSessions = (options: SessionOptions): ConsoleSessions => {
  const { encryption, findTokenById, failures, publicUrl, now = Date.now } = options;
  const adminDigest = createHash('sha256').update(`${PURPOSE}:${options.adminToken}`).digest('base64url');

  const isFromConsole = (request: Request): boolean =>
    request.get(CONSOLE_HEADER) === '1' && isSameOrigin(request, publicUrl);

  const open = (sealed: string): SealedSession | null => {
    try {
      // Only what we sealed opens, so that its form need not be doubted.
      return JSON.parse(encryption.decrypt(sealed, PURPOSE)) as SealedSession;
    } catch {
      return null;
    }
  };

  const findCredential = async (sealed: string): Promise<Credential | null> => {
    const session = open(sealed);
    if (session === null || session.expires <= now()) return null;
    if (session.tokenId === null) return session.adminDigest === adminDigest ? { kind: 'admin' } : null;
    const holder = await findTokenById(session.tokenId);
    return holder === null ? null : { kind: 'token', holder };
  };

  // Strict costs nothing: the page itself needs no cookie, and its calls are of the same site.
  const cookieOptions = (request: Request): CookieOptions => ({
    httpOnly: true,
    sameSite: 'strict',
    path: '/',
    secure: request.secure || publicUrl?.startsWith('https:') === true,
  });

  return {
    async find(request) {
      if (!isFromConsole(request)) return null;
      const sealed = parse(request.headers.cookie ?? '')[SESSION_COOKIE];
      if (sealed === undefined || sealed === '') return null;
      return failures.check({ address: clientAddress(request), tokenValue: sealed }, findCredential);
    },
    assertFromConsole(request) {
      if (isFromConsole(request)) return;
      const how = `with the header \`${CONSOLE_HEADER}: 1\`, from a page of this server`;
      throw new PosthornError('forbidden', `Sessions are for the console: its calls come ${how}.`);
    },
    begin(request, response, credential) {
      const session: SealedSession = {
        tokenId: credential.kind === 'token' ? credential.holder.tokenId : null,
        adminDigest: credential.kind === 'admin' ? adminDigest : null,
        expires: now() + SESSION_SECONDS * SECOND_MS,
      };
      const sealed = encryption.encrypt(JSON.stringify(session), PURPOSE);
      response.cookie(SESSION_COOKIE, sealed, { ...cookieOptions(request), maxAge: SESSION_SECONDS * SECOND_MS });
    },
    end(request, response) {
      response.clearCookie(SESSION_COOKIE, cookieOptions(request));
    },
  };
};
