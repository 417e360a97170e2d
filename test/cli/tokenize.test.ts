import { readFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EMBEDDED_MODEL, ROOT } from '../server/language-client';
import { json, tsuzuki } from './run-command';

interface Tokens {
  readonly ids: readonly number[];
  readonly pieces: readonly string[];
  readonly decoded: string;
}

const golden: { cases: (Tokens & { text: string })[] } = JSON.parse(
  readFileSync(join(ROOT, 'test/golden/embedded-tokenizer/golden.json'), 'utf8'),
);

test.each(['㌔㍉㈱①②③ⅣⅤ', '𠮷野家で𩸽を食べた', '行\n改行\n\n段落', ''])('%j as SentencePiece has it', async (text) => {
  const expected = golden.cases.find((one) => one.text === text);
  if (expected === undefined) throw new Error('not among the golden cases');
  const { ids, pieces, decoded } = expected;
  expect(await json(['tokenize', '--text', text])).toEqual({ ids, pieces, decoded });
});

test('a folder that brings only tokenizer.json is read by the bundled command too', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tsuzuki-tokenize-'));
  await cp(join(EMBEDDED_MODEL, 'tokenizer.json'), join(folder, 'tokenizer.json'));
  const text = '彼は老いていた。漁師は';
  expect(await json(['tokenize', '--model', folder, '--text', text])).toEqual(await json(['tokenize', '--text', text]));
  await rm(folder, { recursive: true });
});

test('without --json one token a line', async () => {
  const { ids, pieces } = await json<Tokens>(['tokenize', '--text', '私は今日も']);
  const { stdout } = await tsuzuki(['tokenize', '--text', '私は今日も']);
  expect(stdout).toBe(ids.map((id, i) => `${id}\t${pieces[i]}\n`).join(''));
});

test('--card says what the tokenizer makes of each mark, and how much it can write', async () => {
  const { code, stdout } = await tsuzuki(['tokenize', '--card']);
  expect(code).toBe(0);
  expect(stdout.split('\n')).toEqual(
    expect.arrayContaining([
      'lines\tsegments',
      'line feed\tbecomes space',
      '！\tbecomes !',
      '「\tis written',
      'hiragana\t83 of 83',
    ]),
  );
  expect(await json(['tokenize', '--card'])).toMatchObject({ lines: 'segments', marks: { '「': { kind: 'itself' } } });
});

test('neither a text nor --card is a mistake in usage', async () => {
  const { code, stderr } = await tsuzuki(['tokenize']);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('Give --text <text> or --card.') });
});
