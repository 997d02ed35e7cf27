import { queueBareJobs, queueTextbookJobs } from '../baselines/queue-baseline-jobs.ts';
import { type Contestant, defineScenario } from '../scenario.ts';
import { DRAIN_METRICS, drainBaseline, drainPosthorn, type DrainSize } from './run-drain.ts';

const contestants: Contestant<DrainSize>[] = [
  {
    name: 'posthorn',
    what: 'One worker, all that it does: load, sign, send, record, log.',
    run: (rig, size) => drainPosthorn(rig, size),
  },
  {
    name: 'bare',
    what: 'BullMQ worker and undici POST; nothing stored, signed or logged.',
    run: (rig, { deliveries }) =>
      drainBaseline(rig, deliveries, {
        path: 'baselines/bare',
        queue: (receiver) => queueBareJobs(rig, `${receiver.url}/hook`, deliveries),
      }),
  },
  {
    name: 'textbook',
    what: 'BullMQ worker, a SELECT, a POST with got and an INSERT for each delivery.',
    run: (rig, { deliveries }) =>
      drainBaseline(rig, deliveries, {
        path: 'baselines/textbook',
        queue: ({ url }, databaseUrl) => queueTextbookJobs(rig, { databaseUrl, url: `${url}/hook`, count: deliveries }),
      }),
  },
];

export const drain = defineScenario<DrainSize>({
  name: 'drain',
  what:
    'Deliveries that are stored and queued on Redis before the worker starts; one worker process, one webhook, a receiver ' +
    'that answers 204 at once. From the first arrival to the last. Attempts and states are committed, which is checked.',
  sizes: { full: { deliveries: 50_000 }, quick: { deliveries: 5000 } },
  rounds: { full: 3, quick: 1 },
  metrics: DRAIN_METRICS,
  chart: ['perSecond'],
  contestants,
  targets: [
    {
      text: 'at least 0.7 × bare',
      of: (median) => median('posthorn', 'perSecond') / median('bare', 'perSecond'),
      atLeast: 0.7,
      digits: 2,
    },
    {
      text: 'at least 4 × textbook',
      of: (median) => median('posthorn', 'perSecond') / median('textbook', 'perSecond'),
      atLeast: 4,
      digits: 2,
    },
  ],
});
