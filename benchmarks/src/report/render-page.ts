import type { ServiceProfile } from '../profile/profile-services.ts';
import type { Scenario } from '../scenario.ts';
import { formatNumber } from './format-number.ts';
import { renderRows, renderScenario } from './render-table.ts';
import { judgeTargets, type Samples } from './summarize-samples.ts';

/** What became of a scenario. */
export interface Result {
  scenario: Scenario;
  rounds: number;
  samples: Samples;
  /** Why it did not come to its end. */
  error: string | null;
}

const renderTargets = (results: readonly Result[]): string[] =>
  renderRows([
    ['scenario', 'target', 'measured', ''],
    ...results.flatMap(({ scenario, samples }) =>
      judgeTargets(scenario.targets, samples).map(({ text, value, digits, met }) => [
        `[${scenario.name}](#${scenario.name})`,
        text,
        formatNumber(value, digits),
        met ? 'met' : '**missed**',
      ]),
    ),
  ]);

const renderResult = ({ scenario, rounds, samples, error }: Result): string[] => [
  `## ${scenario.name}`,
  '',
  scenario.what,
  '',
  ...scenario.contestants.map(({ name, what }) => `- **${name}**: ${what}`),
  '',
  `Sizes: \`${scenario.sizes.full}\`. Rounds: ${rounds}. Command: \`npm run bench -- ${scenario.name}\`.`,
  '',
  ...(error === null ? [] : [`It did not come to its end: ${error.split('\n')[0]}`, '']),
  ...renderScenario(scenario, samples),
  '',
  `![${scenario.name}](benchmarks/${scenario.name}.svg)`,
  '',
];

const renderProfile = ({ service, doing, areas, steps }: ServiceProfile): string[] => [
  `### ${service}: ${doing}`,
  '',
  ...renderRows([
    ['step', 'µs of the main thread, each'],
    ...steps.map(({ name, micros }) => [name, formatNumber(micros, 1)]),
  ]),
  '',
  ...renderRows([
    ['where', 'share of its CPU time'],
    ...areas.map(({ area, share }) => [area, `${formatNumber(share * 100, 1)} %`]),
  ]),
  '',
];

/** docs/benchmarks.md. */
export const renderPage = (
  machine: readonly [name: string, value: string][],
  results: readonly Result[],
  profiles: readonly ServiceProfile[],
): string =>
  [
    '<!-- Written by `npm run bench`. -->',
    '',
    '# Benchmarks',
    '',
    '`npm run bench` starts a PostgreSQL, a Redis, receivers and the services as processes of their own, measures each',
    'scenario in turn with its baselines, and writes this page. Baselines are programs of',
    '[benchmarks/src/baselines](../benchmarks/src/baselines) and run in the same minutes on the same servers, so that the',
    'ratios hold on a machine that is noisy; absolute figures are of this machine only. Tables show the median of the',
    'rounds, with the smallest and the largest in parentheses. Every delivery is counted at the receiver by its number:',
    'lost and duplicate ones are part of each result, and the command fails when there is one.',
    '',
    '| command | what it does |',
    '| --- | --- |',
    '| `npm run bench` | all of it, forty minutes; writes this page and its charts |',
    '| `npm run bench -- drain latency` | some scenarios; prints their tables |',
    '| `npm run bench -- --quick` | all of them, small, in less than three minutes; prints |',
    '| `npm run bench -- drain --rounds 5` | so many rounds |',
    '| `npm run bench -- drain --profile` | keeps the CPU profiles of the services in a folder that it names |',
    '',
    ...renderRows([['machine', ''], ...machine]),
    '',
    '## Targets',
    '',
    ...renderTargets(results),
    '',
    ...results.flatMap(renderResult),
    '## Where the time goes',
    '',
    "Self time by V8's profiler (`--cpu-prof`), in runs apart from those above. What PostgreSQL and Redis take in their own",
    'processes is not in it, but the time is in which they have the processor that this thread was just on: a write wakes them.',
    'Steps are of the main thread, from the first job or request on. `native` is what V8 and Node do outside of JavaScript, by',
    'the name of the function.',
    '',
    ...profiles.flatMap(renderProfile),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
