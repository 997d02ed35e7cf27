import { type DeliverableEvent, type DeliverableWebhook, isHttpType, type TestResult } from '@posthorn/contracts';
import { loadDeliverableWebhooks, newId } from '@posthorn/database';
import { findDialect, redactHeaders, type RenderedRequest } from '@posthorn/dialects';
import { isSuccess } from '@posthorn/domain';
import type { ApiDeps } from '../api-deps.ts';
import { noSuch } from '../http/read-input.ts';
import type { OutboundResult } from '@posthorn/outbound';

export const TEST_EVENT_TYPE = 'posthorn.test';

const testEvent = ({ id, name }: DeliverableWebhook, now: Date): DeliverableEvent => ({
  id: newId(),
  type: TEST_EVENT_TYPE,
  occurredAt: now,
  data: JSON.stringify({ test: true, webhook: { id, name } }),
});

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

const showResponse = (result: OutboundResult): TestResult['response'] => {
  if (result.outcome === 'error') return null;
  const { status, headers, body, bodyTruncated } = result;
  return { status, headers, body, bodyTruncated };
};

/**
 * Makes one attempt now with an event of type `posthorn.test`, whatever the state of the webhook, signed as a delivery
 * would be. Stored nowhere and counted nowhere.
 * @throws PosthornError `not_found`
 */
export const testWebhook = async (
  {
    database,
    encryption,
    outbound,
    deliveryTimeoutMs,
  }: Pick<ApiDeps, 'database' | 'encryption' | 'outbound' | 'deliveryTimeoutMs'>,
  { accountId, id }: { accountId: number; id: number },
): Promise<TestResult> => {
  const webhook = (await loadDeliverableWebhooks(database, encryption, [id])).get(id);
  if (webhook === undefined || webhook.accountId !== accountId) throw noSuch('webhook');
  const now = new Date();
  const dialect = findDialect(webhook.format);
  const event = testEvent(webhook, now);
  const rendered = dialect.render({ webhook, event, deliveryId: newId(), attempt: 1, now });
  const request = showRequest(rendered);
  if (!isHttpType(webhook.type)) {
    const message = `Nothing here runs webhooks of the type ${webhook.type}.`;
    return {
      outcome: 'failed',
      error: { code: 'type_not_supported', message },
      durationMs: 0,
      request,
      response: null,
    };
  }
  const policy = { ...dialect.policy, ...webhook.policy };
  const { method, url, headers, body } = rendered;
  const result = await outbound.send({ method, url, headers, body, timeoutMs: policy.timeoutMs ?? deliveryTimeoutMs });
  const error = judge(result, policy.successStatus ?? '2xx');
  return {
    outcome: error === null ? 'succeeded' : 'failed',
    error,
    durationMs: result.durationMs,
    request,
    response: showResponse(result),
  };
};
