import type { StatsView, WebhookRanking } from '@posthorn/client';
import { type Command, Option } from 'commander';
import type { Cli } from '../cli.ts';
import type { Output } from '../output/create-output.ts';
import { cut, formatTime, renderSparkline } from '../output/format.ts';
import { renderFields, renderTable } from '../output/show-table.ts';
import { readMoment, readNumber } from '../read-arguments.ts';
import { withSession } from '../session.ts';
import { withExamples } from './examples.ts';

const STEPS = ['1m', '5m', '15m', '1h', '6h', '1d'] as const;

interface StatsOptions {
  webhook?: number;
  since?: string;
  until?: string;
  step?: (typeof STEPS)[number];
}

/** As many as fit a line: neighbours are added up. */
const MOST_BLOCKS = 60;

const squeeze = (values: readonly number[]): number[] => {
  const size = Math.max(1, Math.ceil(values.length / MOST_BLOCKS));
  return Array.from({ length: Math.ceil(values.length / size) }, (_none, index) =>
    values.slice(index * size, (index + 1) * size).reduce((sum, value) => sum + value, 0),
  );
};

const successRate = ({ succeeded, failed }: StatsView['totals']): string =>
  succeeded + failed === 0 ? '-' : `${((100 * succeeded) / (succeeded + failed)).toFixed(1)} %`;

const latencyOf = ({ latencyMs }: StatsView['totals']): string =>
  latencyMs === null ? '-' : `p50 ${latencyMs.p50} ms, p95 ${latencyMs.p95} ms, p99 ${latencyMs.p99} ms`;

const showStats = (out: Output, { since, until, points, totals, queue }: StatsView): void => {
  const line = (pick: (point: StatsView['points'][number]) => number): string =>
    renderSparkline(squeeze(points.map(pick)));
  out.print(`${formatTime(since)} to ${formatTime(until)}`);
  out.print();
  out.print(
    renderTable(
      ['what', 'count', 'over time'],
      [
        ['accepted', String(totals.accepted), line(({ accepted }) => accepted)],
        [
          'succeeded',
          String(totals.succeeded),
          out.paint(
            'green',
            line(({ succeeded }) => succeeded),
          ),
        ],
        [
          'failed',
          String(totals.failed),
          out.paint(
            'red',
            line(({ failed }) => failed),
          ),
        ],
        ['retried', String(totals.retried), line(({ retried }) => retried)],
      ],
      { numbers: [1] },
    ),
  );
  out.print();
  const { oldestDueSeconds } = queue;
  out.print(
    renderFields([
      ['Success', successRate(totals)],
      ['Latency', latencyOf(totals)],
      [
        'Waiting',
        oldestDueSeconds === null ? 'nothing' : `the oldest first attempt for ${Math.round(oldestDueSeconds)} s`,
      ],
    ]),
  );
};

const showRanking = (out: Output, { items }: WebhookRanking): void => {
  if (items.length === 0) return;
  const rows = items.map(({ webhookId, name, state, failed, succeeded }) => [
    String(webhookId),
    cut(name, 40),
    state,
    String(failed),
    String(succeeded),
  ]);
  out.print();
  out.print(renderTable(['webhook', 'name', 'state', 'failed', 'succeeded'], rows, { numbers: [0, 3, 4] }));
};

const NO_RANKING: WebhookRanking = { items: [] };

/** `posthorn stats` */
export const addStatsCommand = (program: Command, cli: Cli): void => {
  const stats = program
    .command('stats')
    .description('how much was delivered, how fast, and what fails')
    .option('--webhook <id>', 'of one webhook', readNumber)
    .option('--since <moment>', 'from a moment on, or for so long (24h). Default an hour', readMoment)
    .option('--until <moment>', '… up to this one. Default now', readMoment)
    .addOption(new Option('--step <step>', 'length of a step').choices(STEPS))
    .action(
      withSession<StatsOptions>(cli, async ({ connect, out, signal }, { webhook, since, until, step }) => {
        const client = await connect();
        const [view, ranking] = await Promise.all([
          client.stats.read({ webhookId: webhook, since, until, step }, { signal }),
          webhook === undefined
            ? client.stats.webhooks({ since, until, onlyFailed: true, limit: 5 }, { signal })
            : NO_RANKING,
        ]);
        out.show({ ...view, webhooks: ranking.items }, () => {
          showStats(out, view);
          showRanking(out, ranking);
        });
      }),
    );
  withExamples(stats, 'posthorn stats --since 24h', 'posthorn stats --webhook 7 --step 5m --json');
};
