import type { TestResult, WebhookView } from '@posthorn/client';
import type { Colour, Output } from '../output/create-output.ts';
import { clean, cut, formatDuration, formatTime } from '../output/format.ts';
import { renderFields, renderTable } from '../output/show-table.ts';

const STATE_COLOURS: Readonly<Record<string, Colour>> = { Active: 'green', Stopped: 'yellow', TooManyErrors: 'red' };

const paintState = (out: Output, state: string): string => out.paint(STATE_COLOURS[state] ?? 'dim', state);

export const showWebhooks = (out: Output, webhooks: readonly WebhookView[]): void => {
  if (webhooks.length === 0) {
    out.print('No webhooks.');
    return;
  }
  const rows = webhooks.map(({ id, name, state, consecutiveErrors, events, targetUrl }) => [
    String(id),
    cut(name, 40),
    paintState(out, state),
    String(consecutiveErrors),
    cut(events.join(','), 40),
    cut(targetUrl, 60),
  ]);
  out.print(renderTable(['id', 'name', 'state', 'errors', 'events', 'target'], rows, { numbers: [0, 3] }));
};

const describeError = ({ lastError }: WebhookView): string => {
  if (lastError === null) return '-';
  const { at, code, message, deliveryId } = lastError;
  return `${formatTime(at)}  ${code}: ${clean(message)} (${deliveryId})`;
};

export const showWebhook = (out: Output, webhook: WebhookView): void => {
  const { stateReason, headers, properties } = webhook;
  const state = paintState(out, webhook.state);
  out.print(
    renderFields([
      ['Id', String(webhook.id)],
      ['Name', clean(webhook.name)],
      ['State', stateReason === null ? state : `${state} (${clean(stateReason)})`],
      ['Events', clean(webhook.events.join(', '))],
      ['Target', clean(`${webhook.httpMethod} ${webhook.targetUrl}`)],
      ['Type', clean(`${webhook.type}, format ${webhook.format}`)],
      ['Headers', clean(Object.keys(headers).join(', ') || '-')],
      ['Properties', clean(Object.keys(properties).join(', ') || '-')],
      ['Errors to', clean(webhook.errorsEmail ?? '-')],
      ['Failing', `${webhook.consecutiveErrors} in a row, since ${formatTime(webhook.failingSince)}`],
      ['Last error', describeError(webhook)],
      ['Registered', `${formatTime(webhook.registered)} by ${clean(webhook.registeredBy ?? '-')}`],
      ['Updated', `${formatTime(webhook.updated)} by ${clean(webhook.updatedBy ?? '-')}`],
    ]),
  );
};

export const showTest = (out: Output, { outcome, error, durationMs, request, response }: TestResult): void => {
  const word = out.paint(outcome === 'succeeded' ? 'green' : 'red', outcome);
  out.print(`${word} in ${formatDuration(durationMs)}: ${clean(`${request.method} ${request.url}`)}`);
  if (error !== null) out.print(`${error.code}: ${clean(error.message)}`);
  if (response !== null) out.print(`${response.status} ${cut(response.body, 500)}`.trimEnd());
};
