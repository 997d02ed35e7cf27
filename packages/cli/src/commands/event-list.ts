import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { cut, formatTime } from '../output/format.ts';
import { renderTable } from '../output/show-table.ts';
import { readMoment, readNumber } from '../read-arguments.ts';
import { withSession } from '../session.ts';
import { takeItems } from '../take-items.ts';
import { withExamples } from './examples.ts';

interface ListOptions {
  type?: string;
  key?: string;
  data?: string;
  since?: string;
  until?: string;
  limit: number;
}

/** `posthorn events list` */
export const addEventList = (events: Command, cli: Cli): void => {
  const list = events
    .command('list')
    .alias('ls')
    .description('find events, newest first')
    .option('--type <type>', 'those of this type, or pattern (contact.*)')
    .option('--key <key>', 'those with this idempotency key')
    .option('--data <text>', 'those with this text in the JSON of their data')
    .option('--since <moment>', 'those received at or after a moment, or so long ago (2h)', readMoment)
    .option('--until <moment>', '… and before this one', readMoment)
    .option('--limit <n>', 'at most so many', readNumber, 50)
    .action(
      withSession<ListOptions>(cli, async ({ connect, out, signal }, options) => {
        const { type, key, data, since, until, limit } = options;
        const client = await connect();
        const params = { type, idempotencyKey: key, data, since, until, limit: Math.min(limit, 200) };
        const items = await takeItems(client.events.listAll(params, { signal }), limit);
        out.show(items, () => {
          const rows = items.map((event) => [
            event.id,
            cut(event.type, 40),
            formatTime(event.receivedAt),
            cut(event.dataPreview, 60),
          ]);
          out.print(rows.length === 0 ? 'No events.' : renderTable(['event', 'type', 'received', 'data'], rows));
        });
      }),
    );
  withExamples(list, 'posthorn events list --type contact.* --since 1d', 'posthorn events list --data ada@example.com');
};
