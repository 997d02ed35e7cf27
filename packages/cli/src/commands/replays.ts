import type { ReplayState } from '@posthorn/client';
import { type Command, Option } from 'commander';
import type { Cli } from '../cli.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import { readNumber } from '../read-arguments.ts';
import { withSession } from '../session.ts';
import { takeItems } from '../take-items.ts';
import { withExamples } from './examples.ts';
import { followReplay } from './follow-replay.ts';
import { showReplay, showReplayEnd, showReplays } from './replay-views.ts';

const STATES: readonly ReplayState[] = ['pending', 'running', 'paused', 'done', 'cancelled'];
const AN_ID = 'rpl_01kf9y0r3de6xvvd9b1p4h8k2m';

interface ListOptions {
  webhook?: number;
  state?: ReplayState;
  limit: number;
}

const addList = (replays: Command, cli: Cli): void => {
  const list = replays
    .command('list')
    .alias('ls')
    .description('list replays, newest first')
    .option('--webhook <id>', 'those of one webhook', readNumber)
    .addOption(new Option('--state <state>', 'those in this state').choices(STATES))
    .option('--limit <n>', 'at most so many', readNumber, 20)
    .action(
      withSession<ListOptions>(cli, async ({ connect, out, signal }, { webhook, state, limit }) => {
        if (webhook !== undefined && state !== undefined) {
          throw new CliError('--webhook and --state exclude each other.', EXIT.usage);
        }
        const { replays: calls } = await connect();
        const page = { limit: Math.min(limit, 200) };
        const found =
          webhook === undefined
            ? calls.listAllOfAccount({ state, ...page }, { signal })
            : calls.listAll(webhook, page, { signal });
        const items = await takeItems(found, limit);
        out.show(items, () => showReplays(out, items));
      }),
    );
  withExamples(list, 'posthorn replays list --state running', 'posthorn replays list --webhook 7 --json');
};

const addShow = (replays: Command, cli: Cli): void => {
  const show = replays
    .command('show')
    .argument('<id>', 'rpl_…')
    .description('show a replay and how far it is')
    .option('--follow', 'until it is over; exit status 1 when some fail again')
    .action(
      withSession<{ follow?: true }>(cli, async (session, { follow }, [id = '']) => {
        const { connect, out, signal } = session;
        const client = await connect();
        if (follow === true) return followReplay(session, client, id);
        const replay = await client.replays.get(id, { signal });
        out.show(replay, () => showReplay(out, replay));
      }),
    );
  withExamples(show, `posthorn replays show ${AN_ID}`, `posthorn replays show ${AN_ID} --follow`);
};

const addCancel = (replays: Command, cli: Cli): void => {
  const cancel = replays
    .command('cancel')
    .argument('<id>', 'rpl_…')
    .description('send nothing more of it, but for the attempts in flight')
    .action(
      withSession(cli, async ({ connect, out, signal }, _options, [id = '']) => {
        const replay = await (await connect()).replays.cancel(id, { signal });
        out.show(replay, () => showReplayEnd(out, replay));
      }),
    );
  withExamples(cancel, `posthorn replays cancel ${AN_ID}`);
};

/** `posthorn replays …` */
export const addReplayCommands = (program: Command, cli: Cli): void => {
  const replays = program.command('replays').description('see replays, follow them, and cancel them');
  addList(replays, cli);
  addShow(replays, cli);
  addCancel(replays, cli);
};
