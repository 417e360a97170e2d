import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { powerSource } from '../../../../src/extension/pauses/power-source';

type Supplies = Readonly<Record<string, Readonly<Record<string, string>>>>;

const MAINS = (online: string) => ({ type: 'Mains\n', online: `${online}\n` });
const BATTERY = (status: string) => ({ type: 'Battery\n', status: `${status}\n`, capacity: '71\n' });

/** What Linux says of its power supplies, as the files that it has. */
function folderOf(supplies: Supplies): string {
  const folder = mkdtempSync(join(tmpdir(), 'tsuzuki-power-'));
  for (const [name, files] of Object.entries(supplies)) {
    mkdirSync(join(folder, name));
    for (const [file, word] of Object.entries(files)) writeFileSync(join(folder, name, file), word);
  }
  return folder;
}

test.each<[string, Supplies, boolean | undefined]>([
  ['a laptop without its cable', { AC: MAINS('0'), BAT0: BATTERY('Discharging') }, true],
  ['a laptop with it', { AC: MAINS('1'), BAT0: BATTERY('Charging') }, false],
  ['a desktop with the battery of a mouse', { mouse: { ...BATTERY('Discharging'), scope: 'Device\n' } }, undefined],
  ['a machine without any supply', {}, undefined],
])('%s', async (_, supplies, expected) =>
  expect(await powerSource('linux', folderOf(supplies)).onBattery()).toBe(expected),
);

test('a system that has no such folder', async () =>
  expect(await powerSource('linux', join(tmpdir(), 'tsuzuki-no-such-folder')).onBattery()).toBeUndefined());
