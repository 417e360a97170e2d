import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { complaintsInLogs } from '../../editor/soak/complaints';
import { growth } from '../../editor/soak/growth';
import { erased, inserted, isAtLineEnd, type Manuscript, moved, place } from '../../editor/soak/manuscript';
import { drawStep } from '../../editor/soak/steps';

/** `|` is the cursor. */
function parse(marked: string): Manuscript {
  return { text: marked.replace('|', ''), cursor: marked.indexOf('|') };
}

const show = ({ text, cursor }: Manuscript) => `${text.slice(0, cursor)}|${text.slice(cursor)}`;

describe('the manuscript', () => {
  test.each([
    ['海|は', (one: Manuscript) => inserted(one, '辺'), '海辺|は'],
    ['海は|', (one: Manuscript) => erased(one, 1), '海|'],
    ['海|は', (one: Manuscript) => erased(one, 5), '|は'],
    ['海は|', (one: Manuscript) => moved(one, -1), '海|は'],
    ['海|は', (one: Manuscript) => moved(one, 9), '海は|'],
  ])('%s → %#', (marked, key, expected) => expect(show(key(parse(marked)))).toBe(expected));

  test.each([
    ['|', 1, 1, true],
    ['海は\n　|船', 2, 2, false],
    ['海|\n船', 1, 2, true],
  ])('%s: line %d, column %d', (marked, line, column, atEnd) => {
    expect(place(parse(marked))).toEqual({ line, column });
    expect(isAtLineEnd(parse(marked))).toBe(atEnd);
  });
});

test.each([
  ['level', [5, 5, 5, 5, 5, 5, 5, 5], 0],
  ['one that warms up first', [1, 3, 5, 5, 5, 5, 5, 5], 0],
  ['one that goes up and down', [5, 9, 5, 9, 5, 9, 5, 9], 0],
  ['one that grows', [1, 2, 3, 4, 5, 6, 7, 8], 4],
])('growth: %s', (_, samples, expected) => expect(growth(samples)).toBe(expected));

describe('the steps', () => {
  const steps = (seed: number) => Array.from({ length: 500 }, (_, index) => drawStep(seed, index, parse('海は|')));

  test('are the same for the same seed, and others for another', () => {
    expect(steps(7)).toEqual(steps(7));
    expect(steps(8)).not.toEqual(steps(7));
  });

  test('are of all kinds that there are at the end of a text', () => {
    const kinds = [...new Set(steps(7).map(({ kind }) => kind))].sort();
    expect(kinds.join(', ')).toBe(
      'accept, ask, burst, compose, cycle, erase, follow, move, pause, reconvert, write and undo',
    );
  });

  test('take nothing where nothing is offered', () => {
    const inside = Array.from({ length: 500 }, (_, index) => drawStep(7, index, parse('海|は')).kind);
    expect(inside).toContain('go to the end');
    expect(inside).not.toContain('accept');
  });
});

test('complaints are the warnings and errors of the log since a time, with the lines that belong to them', () => {
  const userData = mkdtempSync(join(tmpdir(), 'tsuzuki-logs-'));
  const folder = join(userData, 'logs/20260301T120000/exthost1/tsuzuki.tsuzuki');
  mkdirSync(folder, { recursive: true });
  const entries = [
    '2026-03-01 11:00:00.000 [error] of another window',
    '2026-03-01 12:00:01.000 [info] loaded in 3174 ms',
    '2026-03-01 12:00:02.000 [warning] slow',
    '2026-03-01 12:00:03.000 [error] TypeError\n    at file.js:1',
    '2026-03-01 12:00:04.000 [info] answered',
  ];
  writeFileSync(join(folder, 'Tsuzuki.log'), `${entries.join('\n')}\n`);
  expect(complaintsInLogs(userData, new Date('2026-03-01T12:00:00'))).toEqual([entries[2], entries[3]]);
});
