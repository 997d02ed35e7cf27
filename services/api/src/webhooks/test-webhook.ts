import type { DeliverableEvent, DeliverableWebhook, TestResult } from '@posthorn/contracts';
import { loadDeliverableWebhooks, newId } from '@posthorn/database';
import { findDialect, redactAnswer, redactHeaders, type RenderedRequest } from '@posthorn/dialects';
import { isSuccess } from '@posthorn/domain';
import { addressRefusals } from '@posthorn/runtime';
import type { ApiDeps } from '../api-deps.ts';
import { noSuch } from '../http/read-input.ts';
import type { OutboundResult } from '@posthorn/outbound';

type TestDeps = Pick<ApiDeps, 'dispatcher' | 'deliveryTimeoutMs' | 'telemetry'>;

const judge = (result: OutboundResult, successStatus: '2xx' | '200'): TestResult['error'] => {
  if (result.outcome === 'error') return { code: result.code, message: result.message };
  if (isSuccess(result.status, successStatus)) return null;
  const wanted = successStatus === '200' ? '200' : '200 to 299';
  return { code: 'http_status', message: `The receiver answered ${result.status}; ${wanted} counts as success.` };
};

/** What was sent, with the values of the owner's headers left out: they carry credentials. */
const showRequest = (request: RenderedRequest): TestResult['request'] => ({
  method: request.method,
  url: request.url,
  headers: redactHeaders(request),
  body: request.body ?? '',
});

const showResponse = (result: OutboundResult, webhook: DeliverableWebhook): TestResult['response'] => {
  if (result.outcome === 'error') return null;
  const { status, headers, body, bodyTruncated } = redactAnswer(result, webhook);
  return { status, headers, body, bodyTruncated };
};

/** Makes one attempt now with the format's test event, whatever the state of the webhook. Stored and counted nowhere. */
export const attemptTest = async (
  { dispatcher, deliveryTimeoutMs, telemetry }: TestDeps,
  webhook: DeliverableWebhook,
): Promise<TestResult> => {
  const now = new Date();
  const dialect = findDialect(webhook.format);
  const event: DeliverableEvent = { id: newId(), occurredAt: now, ...dialect.testEvent(webhook) };
  const route = dispatcher.routeOf(webhook);
  const routed = { ...webhook, targetUrl: route?.url ?? webhook.targetUrl };
  const rendered = dialect.render({ webhook: routed, event, deliveryId: newId(), attempt: 1, now });
  const request = showRequest(rendered);
  if (route === null) {
    const message = `Nothing here runs webhooks of the type ${webhook.type}.`;
    return {
      outcome: 'failed',
      error: { code: 'type_not_supported', message },
      durationMs: 0,
      timings: null,
      request,
      response: null,
    };
  }
  const policy = { ...dialect.policy, ...webhook.policy };
  const { method, url, headers, body } = rendered;
  const result = await route.send({ method, url, headers, body, timeoutMs: policy.timeoutMs ?? deliveryTimeoutMs });
  const isRefused = result.outcome === 'error' && result.code === 'address_not_allowed';
  if (isRefused) addressRefusals(telemetry.registry).inc({ at: 'connect' });
  const error = judge(result, policy.successStatus ?? '2xx');
  return {
    outcome: error === null ? 'succeeded' : 'failed',
    error,
    durationMs: result.durationMs,
    timings: { ...result.timings, totalMs: result.durationMs },
    request,
    response: showResponse(result, webhook),
  };
};

/**
 * Tests a stored webhook: one attempt now, signed as a delivery would be.
 * @throws PosthornError `not_found`
 */
export const testWebhook = async (
  deps: TestDeps & Pick<ApiDeps, 'database' | 'encryption'>,
  { accountId, id }: { accountId: number; id: number },
): Promise<TestResult> => {
  const webhook = (await loadDeliverableWebhooks(deps.database, deps.encryption, [id])).get(id);
  if (webhook === undefined || webhook.accountId !== accountId) throw noSuch('webhook');
  return attemptTest(deps, webhook);
};
