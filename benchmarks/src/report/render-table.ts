import type { Scenario } from '../scenario.ts';
import { formatNumber } from './format-number.ts';
import { countFaults, judgeTargets, type Samples, spread } from './summarize-samples.ts';

/** Cells that a line of text aligns: as Markdown, which reads well in a terminal too. */
export const renderRows = (rows: readonly (readonly string[])[]): string[] => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)];
};

/** Medians with the smallest and largest round in parentheses, and what the targets say. */
export const renderScenario = (scenario: Scenario, samples: Samples): string[] => {
  const head = ['', ...scenario.metrics.map(({ label, unit }) => (unit === '' ? label : `${label} (${unit})`))];
  const rows = scenario.contestants
    .filter(({ name }) => (samples.get(name)?.length ?? 0) > 0)
    .map(({ name }) => [
      name,
      ...scenario.metrics.map(({ key, digits }) => {
        const { median, min, max } = spread(samples, name, key);
        if (Number.isNaN(median)) return '–';
        const rounds = samples.get(name)?.length ?? 0;
        const range = rounds > 1 ? ` (${formatNumber(min, digits)} – ${formatNumber(max, digits)})` : '';
        return `${formatNumber(median, digits)}${range}`;
      }),
    ]);
  const verdicts = judgeTargets(scenario.targets, samples).map(({ text, value, digits, met }) => [
    text,
    formatNumber(value, digits),
    met ? 'met' : 'missed',
  ]);
  const { lost, duplicates } = countFaults(samples);
  return [
    ...renderRows([head, ...rows]),
    '',
    ...(verdicts.length === 0 ? [] : [...renderRows([['target', 'measured', ''], ...verdicts]), '']),
    `Lost: ${lost}. Duplicates: ${duplicates}.`,
  ];
};
