import { appendFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CountsLog } from '../../../../src/extension/statistics/counts-log';

const ONE = { shown: 1, accepted: 1, partly: 0, characters: 8, keys: 1 };
const TODAY = new Date(2026, 4, 20, 9);

let root: string;
let folder: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tsuzuki-counts-'));
  folder = join(root, 'statistics');
});
afterEach(() => rm(root, { recursive: true }));

/** Days and models with what was shown. */
async function shown(now = TODAY) {
  const days = await new CountsLog(folder).read(now);
  return days.map(({ day, models }) => [
    day,
    Object.fromEntries([...models].map(([name, { shown }]) => [name, shown])),
  ]);
}

describe('CountsLog', () => {
  it('is empty before anything was counted', async () => {
    expect(await shown()).toEqual([]);
  });

  it('loses nothing that several windows count at once', async () => {
    const windows = Array.from({ length: 8 }, () => new CountsLog(folder));
    for (let i = 0; i < 25; i++) {
      await Promise.all(windows.map((log) => log.append('2026-05-20', new Map([['a', ONE]]))));
    }
    expect(await shown()).toEqual([['2026-05-20', { a: 200 }]]);
  });

  it('keeps days and models apart', async () => {
    const log = new CountsLog(folder);
    await log.append(
      '2026-05-20',
      new Map([
        ['a', ONE],
        ['b', ONE],
      ]),
    );
    await log.append('2026-05-19', new Map([['b', ONE]]));
    expect(await shown()).toEqual([
      ['2026-05-19', { b: 1 }],
      ['2026-05-20', { a: 1, b: 1 }],
    ]);
  });

  it('passes over a line that was cut off, and none after it', async () => {
    const log = new CountsLog(folder);
    await log.append('2026-05-20', new Map([['a', ONE]]));
    await appendFile(join(folder, '2026-05-20.jsonl'), '{"model":"a","sho');
    await log.append('2026-05-20', new Map([['a', ONE]]));
    expect(await shown()).toEqual([['2026-05-20', { a: 2 }]]);
  });

  it('has a line for each model of a day that is over, and leaves the days alone that a window may still write to', async () => {
    const log = new CountsLog(folder);
    for (const day of ['2026-05-18', '2026-05-19', '2026-05-20']) {
      for (const model of ['a', 'b', 'a']) await log.append(day, new Map([[model, ONE]]));
    }
    const before = await shown();
    const lines = async (day: string) => {
      const text = await readFile(join(folder, `${day}.jsonl`), 'utf8');
      return text.split('\n').filter((line) => line !== '').length;
    };
    expect([await lines('2026-05-18'), await lines('2026-05-19'), await lines('2026-05-20')]).toEqual([2, 3, 3]);
    expect(await shown()).toEqual(before);
    expect(before).toEqual(['18', '19', '20'].map((day) => [`2026-05-${day}`, { a: 2, b: 1 }]));
  });

  it('leaves nothing behind when it is deleted', async () => {
    const log = new CountsLog(folder);
    await log.append('2026-05-20', new Map([['a', ONE]]));
    await log.remove();
    expect(await readdir(root)).toEqual([]);
    expect(await shown()).toEqual([]);
  });
});
