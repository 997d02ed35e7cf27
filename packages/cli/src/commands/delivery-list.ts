import type { DeliveryStatus } from '@posthorn/client';
import { type Command, Option } from 'commander';
import type { Cli } from '../cli.ts';
import { readMoment, readNumber } from '../read-arguments.ts';
import { withSession } from '../session.ts';
import { takeItems } from '../take-items.ts';
import { showDeliveries } from './delivery-views.ts';
import { withExamples } from './examples.ts';

interface ListOptions {
  webhook?: number;
  status?: DeliveryStatus;
  event?: string;
  since?: string;
  until?: string;
  limit: number;
}

/** `posthorn deliveries list` */
export const addDeliveryList = (deliveries: Command, cli: Cli): void => {
  const list = deliveries
    .command('list')
    .alias('ls')
    .description('list deliveries, newest first')
    .option('--webhook <id>', 'those of one webhook', readNumber)
    .addOption(
      new Option('--status <status>', 'those with this status').choices([
        'pending',
        'succeeded',
        'failed',
        'held',
        'discarded',
      ]),
    )
    .option('--event <type>', 'those of events of this type')
    .option('--since <moment>', 'those created at or after a moment, or so long ago (2h)', readMoment)
    .option('--until <moment>', '… and before this one', readMoment)
    .option('--limit <n>', 'at most so many', readNumber, 50)
    .action(
      withSession<ListOptions>(cli, async ({ connect, out, signal }, options) => {
        const { webhook, status, event, since, until, limit } = options;
        const client = await connect();
        const params = { webhookId: webhook, status, event, since, until, limit: Math.min(limit, 200) };
        const items = await takeItems(client.deliveries.listAll(params, { signal }), limit);
        out.show(items, () => showDeliveries(out, items));
      }),
    );
  withExamples(
    list,
    'posthorn deliveries list --status failed --since 2h',
    'posthorn deliveries list --webhook 7 --json',
  );
};
