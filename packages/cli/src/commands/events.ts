import { text as readStream } from 'node:stream/consumers';
import type { EventView } from '@posthorn/client';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import type { Output } from '../output/create-output.ts';
import { clean, cut, formatTime } from '../output/format.ts';
import { renderFields } from '../output/show-table.ts';
import { parseJson, readMoment, readTextFrom } from '../read-arguments.ts';
import { withSession } from '../session.ts';
import { showDeliveries } from './delivery-views.ts';
import { addEventList } from './event-list.ts';
import { withExamples } from './examples.ts';

interface PublishOptions {
  data?: string;
  dataFile?: string;
  key?: string;
  occurredAt?: string;
}

const readData = async (cli: Cli, { data, dataFile }: PublishOptions): Promise<unknown> => {
  if (data !== undefined && dataFile !== undefined) {
    throw new CliError('--data and --data-file exclude each other.', EXIT.usage);
  }
  if (data !== undefined) return parseJson(data, 'The data');
  if (dataFile !== undefined) return parseJson(await readTextFrom(cli, dataFile), 'The data');
  if (cli.stdin.isTTY === true) {
    throw new CliError('An event needs data: --data, --data-file or standard input.', EXIT.usage);
  }
  return parseJson(await readStream(cli.stdin), 'The data on standard input');
};

const showEvent = (out: Output, event: EventView): void => {
  out.print(
    renderFields([
      ['Id', event.id],
      ['Type', clean(event.type)],
      ['Occurred', formatTime(event.occurredAt)],
      ['Received', formatTime(event.receivedAt)],
      ['Key', clean(event.idempotencyKey ?? '-')],
      ['Data', cut(JSON.stringify(event.data), 2000)],
    ]),
  );
  out.print();
  showDeliveries(out, event.deliveries);
};

/** `posthorn events …` */
export const addEventCommands = (program: Command, cli: Cli): void => {
  const events = program.command('events').alias('event').description('publish events, and see what became of them');
  addEventList(events, cli);
  const publish = events
    .command('publish')
    .argument('<type>', 'such as contact.created')
    .description('publish an event; it is stored once this returns')
    .option('--data <json>', 'its data; without it and --data-file what standard input has')
    .option('--data-file <file>', 'a file of JSON; - for standard input')
    .option('--key <key>', 'idempotency key: the same event with the same key is published once')
    .option('--occurred-at <moment>', 'when it happened, or how long ago (5m); default now', readMoment)
    .action(
      withSession<PublishOptions>(cli, async ({ connect, out, signal }, options, [type]) => {
        const { key, occurredAt } = options;
        const event = {
          type: type ?? '',
          data: await readData(cli, options),
          ...(key === undefined ? {} : { idempotencyKey: key }),
          ...(occurredAt === undefined ? {} : { occurredAt }),
        };
        const published = await (await connect()).events.publish(event, { signal });
        const { id, deliveries } = published;
        out.show(published, () => out.print(`${id}  ${deliveries} ${deliveries === 1 ? 'delivery' : 'deliveries'}`));
      }),
    );
  withExamples(
    publish,
    `posthorn events publish contact.created --data '{"id":1,"name":"Ada Lovelace"}'`,
    'posthorn events publish order.paid --key order-17-paid < order.json',
  );
  const show = events
    .command('show')
    .argument('<id>', 'evt_…')
    .description('show an event and its deliveries')
    .action(
      withSession(cli, async ({ connect, out, signal }, _options, [id]) => {
        const event = await (await connect()).events.get(id ?? '', { signal });
        out.show(event, () => showEvent(out, event));
      }),
    );
  withExamples(show, 'posthorn events show evt_01kf9wz3ytfvv8yg4n4ezdmqx5');
};
