import { expect, test } from 'vitest';
import { BackOff } from '../../../src/server/back-off';

/** Shown, looked at for so long, and passed over, so many times; then the wait. */
function waitAfter(times: number, lookedAtMs: number): number {
  const backOff = new BackOff();
  let now = 0;
  for (let i = 0; i < times; i++) {
    backOff.shown(now);
    now += lookedAtMs;
    backOff.passedOver(now);
  }
  return backOff.waitMs(now);
}

test.each([
  [0, 0],
  [4, 0],
  [5, 250],
  [6, 500],
  [7, 1000],
  [8, 2000],
  [100, 2000],
])('passed over %d times in a row → a wait of %d ms', (times, wait) => expect(waitAfter(times, 2000)).toBe(wait));

test('what was written over before it could be read does not count', () => expect(waitAfter(100, 200)).toBe(0));

function wary(): BackOff {
  const backOff = new BackOff();
  for (let i = 0; i < 6; i++) {
    backOff.shown(1000 * i);
    backOff.passedOver(1000 * i + 900);
  }
  return backOff;
}

test('one that is taken ends it', () => {
  const backOff = wary();
  backOff.accepted(7000);
  expect(backOff.waitMs(7000)).toBe(0);
});

test('ten minutes end it', () => {
  expect(wary().waitMs(9 * 60_000)).toBe(500);
  expect(wary().waitMs(11 * 60_000)).toBe(0);
});
