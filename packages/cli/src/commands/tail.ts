import type { StreamAttempt } from '@posthorn/client';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import type { Output } from '../output/create-output.ts';
import { clean, formatDuration } from '../output/format.ts';
import { readNumber } from '../read-arguments.ts';
import { withSession } from '../session.ts';
import { withExamples } from './examples.ts';

const showAttempt = (out: Output, attempt: StreamAttempt): void => {
  const { at, outcome, status, errorCode, durationMs, eventType, deliveryId, webhookId, number } = attempt;
  const result = out.paint(outcome === 'succeeded' ? 'green' : 'red', String(status ?? errorCode ?? outcome));
  const nth = number === null ? 'manual' : `attempt ${number}`;
  out.print(
    `${at.slice(11, 19)}  ${result}  ${clean(eventType)}  webhook ${webhookId}  ${deliveryId}  ${nth}, ${formatDuration(durationMs)}`,
  );
};

/** `posthorn deliveries tail` */
export const addTailCommand = (deliveries: Command, cli: Cli): void => {
  const tail = deliveries
    .command('tail')
    .description('show attempts as they are made, until Ctrl-C')
    .option('--webhook <id>', 'those of one webhook', readNumber)
    .action(
      withSession<{ webhook?: number }>(cli, async ({ connect, out, signal }, { webhook }) => {
        const client = await connect();
        out.note('Waiting for attempts; Ctrl-C ends it.');
        const only = ['attempt'] as const;
        for await (const item of client.stream({ webhookId: webhook, only: [...only] }, { signal })) {
          if (item.type === 'attempt') out.item(item.data, () => showAttempt(out, item.data));
          if (item.type === 'skipped') out.note(`${item.data.attempts} more attempts are not shown.`);
        }
      }),
    );
  withExamples(tail, 'posthorn deliveries tail', 'posthorn deliveries tail --webhook 7 --json | jq .errorCode');
};
