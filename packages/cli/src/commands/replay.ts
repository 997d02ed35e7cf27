import type { ReplayableStatus } from '@posthorn/client';
import { type Command, Option } from 'commander';
import type { Cli } from '../cli.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import { clean } from '../output/format.ts';
import { readList, readMoment, readWebhookId } from '../read-arguments.ts';
import { withSession } from '../session.ts';
import { withExamples } from './examples.ts';
import { followReplay } from './follow-replay.ts';

const STATUSES: readonly string[] = ['failed', 'held', 'succeeded'];

interface ReplayOptions {
  since?: string;
  until?: string;
  status?: string[];
  event?: string;
  detach?: true;
}

const readStatuses = (given: readonly string[]): ReplayableStatus[] => {
  const unknown = given.find((status) => !STATUSES.includes(status));
  if (unknown === undefined) return given as ReplayableStatus[];
  throw new CliError(`--status takes ${STATUSES.join(', ')}, not "${unknown}".`, EXIT.usage);
};

/** `posthorn replay` */
export const addReplayCommand = (program: Command, cli: Cli): void => {
  const replay = program
    .command('replay')
    .argument('<webhookId>')
    .description('send deliveries of a webhook again, and follow them; exit status 1 when some fail again')
    .option('--since <moment>', 'those of events accepted at or after a moment, or so long ago (2h)', readMoment)
    .option('--until <moment>', '… and before this one', readMoment)
    .addOption(
      new Option('--status <statuses>', 'failed, held, succeeded; with commas. Default failed,held').argParser(
        readList,
      ),
    )
    .option('--event <type>', 'those of events of this type, or pattern')
    .option('--detach', 'do not wait for its end')
    .action(
      withSession<ReplayOptions>(cli, async (session, options, [id]) => {
        const { connect, out, signal } = session;
        const { since, until, status, event, detach } = options;
        const webhookId = readWebhookId(id);
        const body = {
          ...(since === undefined ? {} : { since }),
          ...(until === undefined ? {} : { until }),
          ...(status === undefined ? {} : { status: readStatuses(status) }),
          ...(event === undefined ? {} : { eventType: event }),
        };
        const client = await connect();
        const asked = await client.webhooks.replay(webhookId, body, { signal });
        if (detach === true) {
          out.show(asked, () => out.print(`${asked.id}  ${clean(asked.state)}`));
          return;
        }
        await followReplay(session, client, asked.id);
      }),
    );
  withExamples(
    replay,
    'posthorn replay 7',
    'posthorn replay 7 --status held --since 2h',
    'posthorn replay 7 --event contact.* --detach --json',
  );
};
