import { expect, test } from 'vitest';
import { type Pause, paused, pauseOf, snoozeFor } from '../../../../src/extension/pauses/pause';
import { DEFAULT_SETTINGS } from '../../../../src/protocol/settings';

const NOW = 1_000_000;
const NOTHING = { excluded: false, snooze: undefined, onBattery: false };
const MANUAL = { ...DEFAULT_SETTINGS, triggerMode: 'manual' } as const;

test.each([
  [DEFAULT_SETTINGS, NOTHING, undefined],
  [MANUAL, NOTHING, { reason: 'manual' }],
  [DEFAULT_SETTINGS, { ...NOTHING, onBattery: true }, { reason: 'battery' }],
  [DEFAULT_SETTINGS, { ...NOTHING, snooze: snoozeFor(5, NOW) }, { reason: 'snoozed', until: NOW + 300_000 }],
  [DEFAULT_SETTINGS, { ...NOTHING, snooze: snoozeFor('restart', 0) }, { reason: 'snoozed', until: 'restart' }],
  [DEFAULT_SETTINGS, { ...NOTHING, snooze: snoozeFor(5, NOW - 300_000) }, undefined],
  [MANUAL, { excluded: true, snooze: snoozeFor(5, NOW), onBattery: true }, { reason: 'excluded' }],
] as const)('%j, %j → %j', (settings, state, expected) => expect(pauseOf(settings, state, NOW)).toEqual(expected));

test.each([
  [undefined, DEFAULT_SETTINGS],
  [{ reason: 'excluded' }, { ...DEFAULT_SETTINGS, enabled: false }],
  [{ reason: 'battery' }, MANUAL],
  [{ reason: 'snoozed', until: 'restart' }, MANUAL],
] as const)('for the sidecar %j is %j', (pause: Pause | undefined, expected) => {
  expect(paused(DEFAULT_SETTINGS, pause)).toEqual(expected);
});
