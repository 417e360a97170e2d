import { describe, expect, test } from 'vitest';
import { readPmset, readPowerLineStatus, readPowerSupplies } from '../../../../src/extension/pauses/power-readings';

const supply = (type: string, more: object = {}) => ({
  type,
  scope: undefined,
  online: undefined,
  status: undefined,
  ...more,
});
const mains = (online: string) => supply('Mains', { online });
const battery = (status: string, more: object = {}) => supply('Battery', { status, ...more });

describe('Linux', () => {
  test.each([
    ['a desktop', [], undefined],
    ['a desktop with a mouse', [battery('Discharging', { scope: 'Device' })], undefined],
    ['a laptop on its battery', [mains('0'), battery('Discharging')], true],
    ['a laptop that charges', [mains('1'), battery('Charging')], false],
    ['a laptop at its limit of charge', [mains('1'), battery('Not charging')], false],
    ['one whose charger is too weak', [mains('1'), battery('Discharging')], false],
    ['one that charges over USB-C', [mains('0'), supply('USB', { online: '1' }), battery('Charging')], false],
    ['one of two batteries in use', [mains('0'), battery('Unknown'), battery('Discharging')], true],
  ])('%s', (_, supplies, expected) => expect(readPowerSupplies(supplies)).toBe(expected));
});

describe('macOS', () => {
  test.each([
    [
      "Now drawing from 'Battery Power'\n -InternalBattery-0 (id=4653155)\t86%; discharging; 6:32 remaining present: true\n",
      true,
    ],
    [
      "Now drawing from 'AC Power'\n -InternalBattery-0 (id=4653155)\t100%; charged; 0:00 remaining present: true\n",
      false,
    ],
    ["Now drawing from 'AC Power'\n", false],
    ['', undefined],
  ])('%j', (output, expected) => expect(readPmset(output)).toBe(expected));
});

describe('Windows', () => {
  test.each([
    ['Offline\r\n', true],
    ['Online\r\n', false],
    ['Unknown\r\n', undefined],
    ['', undefined],
  ])('%j', (output, expected) => expect(readPowerLineStatus(output)).toBe(expected));
});
