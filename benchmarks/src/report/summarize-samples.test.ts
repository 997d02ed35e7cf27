import { describe, expect, test } from '@jest/globals';
import { countFaults, judgeTargets, type Samples, spread, spreadOf } from './summarize-samples.ts';

const samplesOf = (values: Record<string, number[]>): Samples =>
  new Map(
    Object.entries(values).map(([name, list]) => [
      name,
      list.map((perSecond) => ({ values: { perSecond }, lost: 0, duplicates: 0 })),
    ]),
  );

describe('spreadOf', () => {
  test('the median is the middle round, or the mean of the two in the middle', () => {
    expect(spreadOf([30, 10, 20])).toEqual({ median: 20, min: 10, max: 30 });
    expect(spreadOf([4, 1, 3, 2])).toEqual({ median: 2.5, min: 1, max: 4 });
    expect(spreadOf([7])).toEqual({ median: 7, min: 7, max: 7 });
  });

  test('what was not measured is no number, and does not count among those that were', () => {
    expect(spreadOf([])).toEqual({ median: NaN, min: NaN, max: NaN });
    expect(spreadOf([NaN, 5, 9])).toEqual({ median: 7, min: 5, max: 9 });
  });
});

describe('judgeTargets', () => {
  const ratio = {
    text: 'at least 0.7 × bare',
    of: (median: (contestant: string, metric: string) => number) =>
      median('posthorn', 'perSecond') / median('bare', 'perSecond'),
    atLeast: 0.7,
    digits: 2,
  };

  test('a ratio is that of the medians', () => {
    const samples = samplesOf({ posthorn: [70, 10, 90], bare: [100, 100, 500] });
    expect(judgeTargets([ratio], samples)).toEqual([{ text: ratio.text, value: 0.7, digits: 2, met: true }]);
  });

  test('a target that could not be measured is missed', () => {
    expect(judgeTargets([ratio], samplesOf({ posthorn: [70] }))[0]?.met).toBe(false);
  });
});

test('a metric that a contestant does not have is no number', () => {
  expect(spread(samplesOf({ bare: [1] }), 'bare', 'other').median).toBeNaN();
  expect(spread(samplesOf({ bare: [1] }), 'posthorn', 'perSecond').median).toBeNaN();
});

test('faults are summed over all rounds of all contestants', () => {
  const sample = { values: {}, lost: 2, duplicates: 1 };
  expect(
    countFaults(
      new Map([
        ['a', [sample, sample]],
        ['b', [sample]],
      ]),
    ),
  ).toEqual({ lost: 6, duplicates: 3 });
});
