import { PUBLISH_PATHS } from '@posthorn/contracts';
import type { ApiDeps } from '../api-deps.ts';
import { type Check, type Finding, failure, fine, reasonOf, warning } from './check.ts';

const SET_URL = 'Set POSTHORN_PUBLIC_URL to the address that clients call.';
const REACH_URL =
  'See whether POSTHORN_PUBLIC_URL is right, and whether the proxy in front runs. Where the network lets no server call its own address, this says nothing.';
const ROUTE =
  'Let the proxy in front lead POST /v1/events and POST /v1/events/batch to `ingest`, as deploy/Caddyfile does.';

/** Why a request to the operator's own address failed: fetch says it in the cause of its error. */
const reasonOfFetch = (error: unknown): string => {
  const { cause } = error as { cause?: unknown };
  return reasonOf(cause instanceof Error && cause.message !== '' ? cause : error);
};

const askStatus = async (url: string, method: 'GET' | 'POST', signal: AbortSignal): Promise<number> => {
  const { status, body } = await fetch(url, { method, signal, redirect: 'manual' });
  await body?.cancel();
  return status;
};

const isEverything = (cidr: string): boolean => cidr.endsWith('/0');

const describeTargets = ({ installation }: Pick<ApiDeps, 'installation'>): string => {
  if (installation === undefined) return '';
  const { allowCidrs, hasEgressProxy } = installation;
  const inside = allowCidrs.length === 0 ? 'public addresses only' : `public addresses and ${allowCidrs.join(', ')}`;
  return ` Webhooks may reach ${inside}${hasEgressProxy ? ', through the egress proxy' : ''}.`;
};

const lookAt = async (publicUrl: string, signal: AbortSignal): Promise<Finding> => {
  try {
    const status = await askStatus(`${publicUrl}/healthz`, 'GET', signal);
    if (status === 200) return fine(`${publicUrl} answers.`);
    return warning(`${publicUrl}/healthz answers ${status} when it is called from here.`, REACH_URL);
  } catch (error) {
    return warning(`${publicUrl} does not answer when it is called from here: ${reasonOfFetch(error)}.`, REACH_URL);
  }
};

/** Where clients find this server, and where webhooks may go. */
export const checkAddresses = (deps: Pick<ApiDeps, 'publicUrl' | 'installation'>): Check => ({
  name: 'addresses',
  advice: REACH_URL,
  async run(signal) {
    const { publicUrl, installation } = deps;
    const targets = describeTargets(deps);
    const wide = installation?.allowCidrs.find(isEverything);
    if (wide !== undefined) {
      const advice =
        'Narrow POSTHORN_ALLOW_CIDRS to the ranges that your receivers are in: a webhook may reach everything inside now.';
      return warning(`POSTHORN_ALLOW_CIDRS has ${wide}.${targets}`, advice);
    }
    if (publicUrl === null) return fine(`Links show the address that clients call.${targets}`);
    const finding = await lookAt(publicUrl, signal);
    return { ...finding, message: `${finding.message}${targets}` };
  },
});

/** Whether events get to where they are taken. Without a token nothing is published: ingest answers 401 and nobody else does. */
export const checkIngest = ({ publicUrl, installation }: Pick<ApiDeps, 'publicUrl' | 'installation'>): Check => ({
  name: 'ingest',
  advice: REACH_URL,
  async run(signal) {
    if (installation?.publishesHere === true) return fine('This process takes events itself.');
    if (publicUrl === null) return warning('Where events are taken is not known here.', SET_URL);
    const url = `${publicUrl}${PUBLISH_PATHS.single}`;
    try {
      const status = await askStatus(url, 'POST', signal);
      if (status === 401) return fine(`${url} takes events.`);
      if (status === 502 || status === 503 || status === 504) {
        return failure(`POST ${url} is answered with ${status}.`, 'Start `ingest`, and look into its log.');
      }
      return failure(`POST ${url} is answered with ${status}, which is not what ingest says.`, ROUTE);
    } catch (error) {
      return warning(`POST ${url} is not answered when it is called from here: ${reasonOfFetch(error)}.`, REACH_URL);
    }
  },
});
