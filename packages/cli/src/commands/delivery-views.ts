import type { AttemptView, DeliverySummary, DeliveryView } from '@posthorn/client';
import type { Colour, Output } from '../output/create-output.ts';
import { clean, cut, formatDuration, formatTime } from '../output/format.ts';
import { renderFields, renderTable } from '../output/show-table.ts';

const STATUS_COLOURS: Readonly<Record<string, Colour>> = {
  pending: 'cyan',
  succeeded: 'green',
  failed: 'red',
  held: 'yellow',
  discarded: 'dim',
};

export const paintStatus = (out: Output, status: string): string => out.paint(STATUS_COLOURS[status] ?? 'dim', status);

export const showDeliveries = (out: Output, deliveries: readonly DeliverySummary[]): void => {
  if (deliveries.length === 0) {
    out.print('No deliveries.');
    return;
  }
  const rows = deliveries.map(({ id, eventType, webhookId, status, attempts, createdAt, nextAttemptAt }) => [
    id,
    cut(eventType, 40),
    String(webhookId),
    paintStatus(out, status),
    String(attempts),
    formatTime(createdAt),
    formatTime(nextAttemptAt),
  ]);
  const names = ['delivery', 'event', 'webhook', 'status', 'attempts', 'created', 'next attempt'];
  out.print(renderTable(names, rows, { numbers: [2, 4] }));
};

/** What came of an attempt, in a few words: `200`, `timeout`. */
const nameResult = ({ response, error }: AttemptView): string => {
  if (response !== null) return String(response.status);
  return error?.code ?? '-';
};

export const showDelivery = (out: Output, delivery: DeliveryView): void => {
  out.print(
    renderFields([
      ['Id', delivery.id],
      ['Event', `${delivery.eventId} (${clean(delivery.eventType)})`],
      ['Webhook', String(delivery.webhookId)],
      ['Status', paintStatus(out, delivery.status)],
      ['Created', formatTime(delivery.createdAt)],
      ['Settled', formatTime(delivery.settledAt)],
      ['Next attempt', formatTime(delivery.nextAttemptAt)],
    ]),
  );
  if (delivery.attemptLog.length === 0) return;
  const rows = delivery.attemptLog.map((attempt) => [
    attempt.number === null ? attempt.trigger : String(attempt.number),
    formatTime(attempt.startedAt),
    out.paint(attempt.outcome === 'succeeded' ? 'green' : 'red', attempt.outcome),
    nameResult(attempt),
    formatDuration(attempt.durationMs),
    cut(attempt.error?.message ?? '', 80),
  ]);
  out.print();
  out.print(renderTable(['attempt', 'started', 'outcome', 'result', 'took', 'why'], rows, { numbers: [0, 4] }));
};
