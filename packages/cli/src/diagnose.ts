import { type MeView, PosthornApiError, type PosthornClient, PosthornConnectionError } from '@posthorn/client';
import type { Connection } from './config/find-connection.ts';
import { askHealth } from './ask-health.ts';
import { EXIT } from './exit-codes.ts';
import { openClient } from './session.ts';

/** What was looked at, and what to do about it; `advice` is null when there is nothing to do. */
export interface Finding {
  name: string;
  status: 'ok' | 'warning' | 'failed';
  message: string;
  advice: string | null;
}

export interface Diagnosis {
  exitCode: number;
  findings: Finding[];
}

/** Signatures are refused by receivers whose clocks are five minutes off; this is what should be looked at. */
const SKEW_SECONDS = 30;

const ok = (name: string, message: string): Finding => ({ name, status: 'ok', message, advice: null });
const bad = (name: string, status: 'warning' | 'failed', message: string, advice: string): Finding => ({
  name,
  status,
  message,
  advice,
});

/** Asks for the one answer that needs no token, and compares the clocks by it. */
const checkServer = async ({ baseUrl }: Connection, signal: AbortSignal): Promise<Finding[]> => {
  const sentAt = Date.now();
  const { status, date } = await askHealth(baseUrl, signal);
  const took = Date.now() - sentAt;
  const server =
    status === 200
      ? ok('server', `${baseUrl} answers in ${took} ms`)
      : bad(
          'server',
          'failed',
          `${baseUrl}/healthz answers ${status}`,
          'Is this the address of Posthorn, or of a proxy?',
        );
  const serverTime = Date.parse(date ?? '');
  if (Number.isNaN(serverTime)) return [server];
  // The header has whole seconds.
  const skew = Math.round((serverTime + 500 - (sentAt + took / 2)) / 1000);
  if (Math.abs(skew) <= SKEW_SECONDS) {
    return [server, ok('this clock', `within ${Math.max(1, Math.abs(skew))} s of the server's`)];
  }
  const message = `${Math.abs(skew)} s ${skew > 0 ? 'behind' : 'ahead of'} the server's`;
  const advice =
    'Let NTP set the clocks of both machines: receivers refuse signatures that are more than 5 minutes off.';
  return [server, bad('this clock', 'warning', message, advice)];
};

const unreachable = ({ baseUrl }: Connection, error: unknown): Diagnosis => {
  const { message: text, code } = error as NodeJS.ErrnoException;
  const reason = text === '' ? code : text;
  const advice =
    'Is the server running (npm start), and is this its address? --url, POSTHORN_URL or `posthorn login` set it.';
  const message = `no answer from ${baseUrl}: ${reason}`;
  return { exitCode: EXIT.unreachable, findings: [bad('server', 'failed', message, advice)] };
};

const checkToken = async (
  client: PosthornClient,
  signal: AbortSignal,
): Promise<{ finding: Finding; me: MeView | null; exitCode: number }> => {
  try {
    const me = await client.me({ signal });
    const whose = me.isAdmin ? 'the admin token' : `${me.token?.name}: ${me.token?.scopes.join(', ')}`;
    return { finding: ok('token', `it is ${whose}; Posthorn ${me.version}`), me, exitCode: EXIT.ok };
  } catch (error) {
    if (error instanceof PosthornApiError && error.status === 401) {
      const advice = 'Run `posthorn login` with a token of this server; a token that was revoked does not come back.';
      const finding = bad('token', 'failed', 'the server does not know it', advice);
      return { finding, me: null, exitCode: EXIT.forbidden };
    }
    if (!(error instanceof PosthornApiError || error instanceof PosthornConnectionError)) throw error;
    const advice = 'Look at the log of the API.';
    return { finding: bad('token', 'failed', error.message, advice), me: null, exitCode: EXIT.failed };
  }
};

/** What everybody may see: whether the parts that the API needs work. */
const checkReadiness = async (client: PosthornClient, signal: AbortSignal): Promise<Finding[]> => {
  const { checks } = await client.ready({ signal });
  return Object.entries(checks).map(([name, state]) =>
    state === 'ok' ? ok(name, 'works') : bad(name, 'failed', state, 'Ask whoever runs the server: its log says more.'),
  );
};

/** The last thing that an account can see by itself: webhooks that were switched off. */
const checkWebhooks = async (client: PosthornClient, signal: AbortSignal): Promise<Finding[]> => {
  const { items } = await client.webhooks.list({ state: 'TooManyErrors', limit: 20 }, { signal });
  if (items.length === 0) return [ok('webhooks', 'none is switched off for its errors')];
  const ids = items.map(({ id }) => id).join(', ');
  const advice =
    'See `posthorn webhooks show ID`; once mended: `posthorn webhooks edit ID --activate`, `posthorn replay ID`.';
  return [bad('webhooks', 'warning', `switched off for their errors: ${ids}`, advice)];
};

const checkRest = async (client: PosthornClient, me: MeView, signal: AbortSignal): Promise<Finding[]> => {
  if (me.isAdmin) {
    const { checks } = await client.diagnosis({ signal });
    return checks.map(({ name, status, message, advice }) => ({ name, status, message, advice }));
  }
  const mayRead = me.token?.scopes.some((scope) => scope === 'read' || scope === 'manage') === true;
  return [...(await checkReadiness(client, signal)), ...(mayRead ? await checkWebhooks(client, signal) : [])];
};

/** Looks from the outside in: server, clock, token, and then what the token may see. */
export const diagnose = async (connection: Connection, signal: AbortSignal): Promise<Diagnosis> => {
  let findings: Finding[];
  try {
    findings = await checkServer(connection, signal);
  } catch (error) {
    signal.throwIfAborted();
    return unreachable(connection, error);
  }
  const client = openClient(connection);
  const { finding, me, exitCode } = await checkToken(client, signal);
  findings.push(finding);
  if (me !== null) findings.push(...(await checkRest(client, me, signal)));
  const hasFailed = findings.some(({ status }) => status === 'failed');
  return { exitCode: exitCode === EXIT.ok && hasFailed ? EXIT.failed : exitCode, findings };
};
