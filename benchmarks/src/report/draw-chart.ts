import { init } from 'echarts';
import type { Scenario } from '../scenario.ts';
import { formatNumber } from './format-number.ts';
import { type Samples, spread } from './summarize-samples.ts';

const WIDTH = 720;
const ROW_HEIGHT = 26;
const FRAME_HEIGHT = 110;

/** Medians as bars, one row for each contestant and charted metric, as SVG. The metrics of one chart have one unit. */
export const drawChart = (scenario: Scenario, samples: Samples): string => {
  const metrics = scenario.metrics.filter(({ key }) => scenario.chart.includes(key));
  const names = scenario.contestants.map(({ name }) => name).filter((name) => (samples.get(name)?.length ?? 0) > 0);
  const rows = names.length * metrics.length;
  const chart = init(null, null, {
    renderer: 'svg',
    ssr: true,
    width: WIDTH,
    height: rows * ROW_HEIGHT + FRAME_HEIGHT,
  });
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    title: {
      text: `${scenario.name}${metrics[0] === undefined ? '' : ` (${metrics[0].unit})`}`,
      textStyle: { fontSize: 15 },
    },
    legend: metrics.length > 1 ? { top: 32, left: 'left' } : { show: false },
    grid: { left: 12, right: 90, top: metrics.length > 1 ? 64 : 40, bottom: 12, containLabel: true },
    xAxis: { type: 'value' },
    yAxis: { type: 'category', data: names, inverse: true },
    series: metrics.map(({ key, label, digits }) => ({
      type: 'bar',
      name: label,
      data: names.map((name) => {
        const { median } = spread(samples, name, key);
        return Number.isNaN(median) ? '-' : median;
      }),
      label: {
        show: true,
        position: 'right',
        formatter: ({ value }: { value: unknown }) => (typeof value === 'number' ? formatNumber(value, digits) : ''),
      },
    })),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return `${svg}\n`;
};
