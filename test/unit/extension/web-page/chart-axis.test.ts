import { expect, test } from 'vitest';
import { chartAxis } from '../../../../src/extension/web-page/chart-axis';

test.each([
  ['losses', [1.52, 4.56, 0.01], ['1', '2', '3', '4', '5']],
  ['losses close together', [3.21, 3.4, 0.01], ['3.20', '3.25', '3.30', '3.35', '3.40']],
  ['a single loss', [4, 4, 0.01], ['4.00', '4.01']],
  ['counts', [0, 497, 1], ['0', '200', '400', '600']],
  ['few counts', [0, 3, 1], ['0', '1', '2', '3']],
  ['no counts', [0, 0, 1], ['0', '1']],
  ['many counts', [0, 40_000, 1], ['0', '10000', '20000', '30000', '40000']],
] as const)('%s have round numbers on their axis', (_, [low, high, smallest], expected) => {
  const { lowest, highest, ticks, digits } = chartAxis(low, high, smallest);
  expect(ticks.map((tick) => tick.toFixed(digits))).toEqual(expected);
  expect([lowest, highest]).toEqual([ticks[0], ticks.at(-1)]);
});
