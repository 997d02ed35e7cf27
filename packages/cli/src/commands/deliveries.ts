import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { withSession } from '../session.ts';
import { addDeliveryList } from './delivery-list.ts';
import { showDelivery } from './delivery-views.ts';
import { withExamples } from './examples.ts';
import { addTailCommand } from './tail.ts';

/** `posthorn deliveries …` */
export const addDeliveryCommands = (program: Command, cli: Cli): void => {
  const deliveries = program.command('deliveries').alias('delivery').description('see deliveries, and send them again');
  addDeliveryList(deliveries, cli);
  const show = deliveries
    .command('show')
    .argument('<id>', 'dlv_…')
    .description('show a delivery and its attempts')
    .action(
      withSession(cli, async ({ connect, out, signal }, _options, [id]) => {
        const delivery = await (await connect()).deliveries.get(id ?? '', { signal });
        out.show(delivery, () => showDelivery(out, delivery));
      }),
    );
  withExamples(show, 'posthorn deliveries show dlv_01kf9wz3ytf5ermr8dbm0y1d2g');
  const retry = deliveries
    .command('retry')
    .argument('<id>', 'dlv_…')
    .description('ask for one attempt now, beside the schedule')
    .action(
      withSession(cli, async ({ connect, out, signal }, _options, [id]) => {
        const retried = await (await connect()).deliveries.retry(id ?? '', { signal });
        out.show(retried, () => out.print(`${retried.deliveryId} is tried again (${retried.id}).`));
      }),
    );
  withExamples(retry, 'posthorn deliveries retry dlv_01kf9wz3ytf5ermr8dbm0y1d2g');
  addTailCommand(deliveries, cli);
};
