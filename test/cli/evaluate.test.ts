import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encode } from '../unit/text/encoding/encode';
import { json, tsuzuki } from './run-command';

interface Figures {
  readonly keystroke_savings: number;
  readonly suggestions: number;
  readonly accepts: number;
  readonly accepted_characters: number;
}

interface Evaluation {
  readonly characters: number;
  readonly greedy: Figures;
  readonly alternatives?: Figures & { readonly count: number };
  readonly every_character?: Figures;
  readonly bits_per_character: number;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tsuzuki-evaluate-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(name: string, content: string | Uint8Array): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
}

function evaluated(file: string, ...options: readonly string[]): Promise<Evaluation> {
  return json(['evaluate', file, '--dtype', 'fp32', ...options]);
}

test('a text that the model would write is accepted once the writer has typed to the next 文節', async () => {
  const stdin = '彼は老いていた。漁師は';
  const likeliest = ['complete', '--temperature', '0', '--stop', 'sentence', '--dtype', 'fp32'];
  const text = (await tsuzuki(likeliest, { stdin })).stdout.trim();
  const continuation = [...text.slice(stdin.length)];

  const { characters, greedy } = await evaluated(await fileOf('likeliest.txt', text), '--alternatives', '1');
  expect(characters).toBe([...text].length);
  // 漁師は、 is a 文節: the comma is typed.
  expect(greedy.accepted_characters).toBe(continuation.length - (continuation[0] === '、' ? 1 : 0));
  expect(greedy.keystroke_savings).toBeCloseTo((greedy.accepted_characters - greedy.accepts) / characters, 10);
  expect(greedy.keystroke_savings).toBeGreaterThan(0);
});

test('who chooses among several suggestions saves no less, and a text in Shift_JIS with ruby counts as its prose', async () => {
  const plain = await evaluated(await fileOf('plain.txt', '朝の港はまだ暗く、\n舟が出た。'));
  expect(plain.alternatives?.count).toBe(3);
  expect(plain.alternatives?.accepted_characters).toBeGreaterThanOrEqual(plain.greedy.accepted_characters);

  const bytes = encode('朝《あさ》の港はまだ暗く、\r\n舟が出た。', 'shiftjis') ?? new Uint8Array();
  const { characters, bits_per_character } = await evaluated(await fileOf('ruby.txt', bytes), '--alternatives', '1');
  expect({ characters, bits_per_character }).toEqual({
    characters: plain.characters,
    bits_per_character: plain.bits_per_character,
  });
});

test('who looks after each character is shown more, also in the middle of a 文節', async () => {
  const file = await fileOf('every-character.txt', '「そうだ」と言って、男は立った。');
  const { greedy, every_character } = await evaluated(file, '--alternatives', '1', '--every-character');
  expect(every_character?.suggestions).toBeGreaterThan(greedy.suggestions);
  expect(every_character?.accepted_characters).toBeGreaterThan(0);
});

test.each([
  ['missing.txt', undefined, 'no such file'],
  ['binary.txt', Uint8Array.of(0, 1, 2, 0, 255), 'not a text'],
  ['blank.txt', '\n\n', 'nothing to write in it'],
])('%s is refused', async (name, content, words) => {
  const file = content === undefined ? join(folder, name) : await fileOf(name, content);
  const { code, stderr } = await tsuzuki(['evaluate', file]);
  expect(code).toBe(4);
  expect(stderr).toContain(name);
  expect(stderr).toContain(words);
});
