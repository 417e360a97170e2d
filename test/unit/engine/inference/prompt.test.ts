import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { cutAtLine, PromptBuilder } from '../../../../src/engine/inference/prompt';
import { openTokenizer } from '../../../../src/engine/tokenizer/open-tokenizer';
import type { Tokenizer } from '../../../../src/engine/tokenizer/tokenizer';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await openTokenizer(join(import.meta.dirname, '../../../../models/tsuzuki-base-ja'));
});

function prompt(marked: string, budget = 200) {
  return new PromptBuilder(tokenizer).build(marked.slice(0, marked.indexOf('║')), budget);
}

describe('the text before the cursor ║ is read line by line', () => {
  test.each([
    ['彼は老いていた。║漁師は', ['彼は老いていた。'], false],
    ['　朝だった。\n\n　彼は║', ['朝だった。', '彼は'], false],
    ['朝だった。\r\n彼は║', ['朝だった。', '彼は'], false],
    ['朝だった。\n║', ['朝だった。'], true],
    ['朝だった。\n　║', ['朝だった。'], true],
    ['║彼は', [], true],
    ['𠮷野家で║', ['𠮷野家で'], false],
  ])('%j', (marked, lines, opensLine) => {
    expect(prompt(marked)).toEqual({ ids: lines.flatMap((line) => tokenizer.encode(line)), opensLine });
  });
});

test('a prompt that is too long loses whole lines at its beginning', () => {
  const lines = Array.from({ length: 100 }, (_, i) => `それは${i}日目の朝のことだった。`);
  const { ids } = prompt(`${lines.join('\n')}║`, 100);
  expect(ids.length).toBeLessThanOrEqual(100);
  const suffixes = lines.map((_, first) => lines.slice(first).flatMap((line) => tokenizer.encode(line)));
  expect(suffixes).toContainEqual(ids);
});

test('while a manuscript grows, its prompt mostly keeps its beginning: that part need not be evaluated again', () => {
  const builder = new PromptBuilder(tokenizer);
  let text = '';
  let before: readonly number[] = [];
  let moved = 0;
  const steps = 600;
  for (let i = 0; i < steps; i++) {
    text += `それは${i}日目の朝のことだった。\n`;
    const { ids } = builder.build(text, 200);
    expect(ids.length).toBeLessThanOrEqual(200);
    expect(ids.length).toBeGreaterThan(0);
    if (!before.every((id, at) => ids[at] === id)) moved++;
    before = ids;
  }
  expect(moved).toBeLessThan(steps / 5);
});

test('a line that stands still is encoded once, and forgotten when it is gone', () => {
  const builder = new PromptBuilder(tokenizer);
  const encode = vi.spyOn(tokenizer, 'encode');
  const encoded = (text: string) => {
    encode.mockClear();
    builder.build(text, 200);
    return encode.mock.calls.map(([line]) => line);
  };
  expect(encoded('朝だった。\n彼は')).toEqual(['朝だった。', '彼は']);
  expect(encoded('朝だった。\n彼は海')).toEqual(['彼は海']);
  expect(encoded('朝だった。\n彼は')).toEqual(['彼は']);
  encode.mockRestore();
});

describe('a window that is nearly full', () => {
  const BUDGET = 200;
  const manuscript = (lines: number) =>
    Array.from({ length: lines }, (_, i) => `それは${i}日目の朝のことだった。\n`).join('');
  /** Lines that leave room for fewer than two more. */
  function nearlyFull(): number {
    let lines = 1;
    while (new PromptBuilder(tokenizer).build(manuscript(lines), BUDGET).ids.length < BUDGET - 20) lines++;
    return lines;
  }

  test('is moved early, and stays there while the text grows past its end', () => {
    const builder = new PromptBuilder(tokenizer);
    const lines = nearlyFull();
    const before = builder.build(manuscript(lines), BUDGET).ids;
    const moved = builder.moveEarly(manuscript(lines), BUDGET)?.ids ?? [];
    expect(moved.length).toBeLessThan(before.length);
    expect(before.slice(-moved.length)).toEqual(moved);
    for (let more = 0; more < 4; more++) {
      const { ids } = builder.build(manuscript(lines + more), BUDGET);
      expect(ids.slice(0, moved.length)).toEqual(moved);
    }
  });

  test('is not moved while there is room', () => {
    const builder = new PromptBuilder(tokenizer);
    const text = manuscript(nearlyFull() >> 1);
    const before = builder.build(text, BUDGET);
    expect(builder.moveEarly(text, BUDGET)).toBeUndefined();
    expect(builder.build(text, BUDGET)).toEqual(before);
  });
});

test('only the lines within reach are encoded, however long the manuscript', () => {
  const encode = vi.spyOn(tokenizer, 'encode');
  const text = Array.from({ length: 50_000 }, (_, i) => `${i}日目。`).join('\n');
  expect(new PromptBuilder(tokenizer).build(text, 100).ids.length).toBeGreaterThan(50);
  expect(encode.mock.calls.length).toBeLessThan(200);
  encode.mockRestore();
});

describe('lines of so many tokens in a budget of 10', () => {
  /** Lines whose tokens tell their line: [[1, 1], [2, 2, 2]] for 2 and 3. */
  const lines = (...lengths: number[]) => lengths.map((length, i) => new Array<number>(length).fill(i + 1));
  test.each([
    ['all fit', lines(3, 3, 4), lines(3, 3, 4)],
    ['the first goes, half a budget at least', lines(3, 3, 5), [[3, 3, 3, 3, 3]]],
    ['a single line loses its beginning', lines(12), [new Array<number>(7).fill(1)]],
    ['the last line alone is too long', lines(4, 13), [new Array<number>(7).fill(2)]],
    ['none', [], []],
  ])('%s', (_, given, kept) => expect(cutAtLine(given, 10)).toEqual(kept));
});
