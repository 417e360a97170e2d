import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Position } from 'vscode-languageserver-protocol/node';
import { seededRandom } from '../../src/engine/inference/random';
import { LanguageClient } from './language-client';

/** Drawn with a fixed seed: a continuation that depends on every token of the text before it. */
const DRAWN = {
  stopAt: 'none',
  sampling: { temperature: 1, topK: 0, topP: 1, maxNewTokens: 4, alternatives: 1, seed: 5 },
} as const;

let client: LanguageClient;
beforeAll(async () => {
  client = await LanguageClient.start({ settings: () => DRAWN });
  await client.reaches('ready');
});
afterAll(() => client.stop());

/** What an incremental change may put in: surrogate pairs, combining marks, all kinds of line ends, nothing. */
const FRAGMENTS = [
  '𠮷野家',
  '𩸽',
  'か\u3099',
  '\u3099',
  'ゔ',
  '朝の港は',
  '「まだか」',
  '\n',
  '\r\n',
  '\r',
  '。',
  '',
  '',
  '👨‍👩‍👧',
  '　',
];

/** UTF-16 positions as LSP counts them; \r\n is one line end. */
function positionAt(text: string, offset: number): Position {
  const lines = text.slice(0, offset).split(/\r\n|\n|\r/);
  return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
}

/** Offsets where an editor can put a cursor: not within a surrogate pair, nor between \r and \n. */
function cursorOffsets(text: string): number[] {
  return Array.from({ length: text.length + 1 }, (_, offset) => offset).filter((offset) => {
    const before = text.charCodeAt(offset - 1);
    const after = text.charCodeAt(offset);
    const splitsPair = before >= 0xd800 && before < 0xdc00 && after >= 0xdc00 && after < 0xe000;
    return !splitsPair && !(before === 13 && after === 10);
  });
}

/** The continuations of a text at the end of each of its lines. */
async function continuations(uri: string, text: string): Promise<string[]> {
  const answers: string[] = [];
  for (const [line, content] of text.split(/\r\n|\n|\r/).entries()) {
    answers.push(...(await client.invoke(uri, { line, character: content.length })));
  }
  return answers;
}

test.each([1, 2, 3])('after 200 incremental changes the server has the text of the editor (seed %i)', async (seed) => {
  const random = seededRandom(seed);
  const pick = <T>(from: readonly T[]): T => {
    const picked = from[Math.floor(random() * from.length)];
    if (picked === undefined) throw new Error('nothing to pick from');
    return picked;
  };
  let text =
    '　𠮷田は、か\u3099んばった。\n朝の港はまだ暗く、魚市場の灯だけが水面に揺れていた。\r\n「遅かったな」と兄は言った。';
  const uri = await client.open(`edited-${seed}.txt`, text);
  for (let edit = 0; edit < 200; edit++) {
    const offsets = cursorOffsets(text);
    const start = Math.floor(random() * offsets.length);
    // Long texts shrink, short ones grow.
    const length = Math.floor(random() * (text.length > 90 ? 12 : 4));
    const from = offsets[start] ?? 0;
    const to = offsets[Math.min(offsets.length - 1, start + length)] ?? from;
    const inserted = pick(FRAGMENTS);
    await client.change(uri, { range: { start: positionAt(text, from), end: positionAt(text, to) }, text: inserted });
    text = text.slice(0, from) + inserted + text.slice(to);
  }
  expect(text.length).toBeGreaterThan(30);

  const edited = await continuations(uri, text);
  const opened = await continuations(await client.open(`opened-${seed}.txt`, text), text);
  expect(edited.length).toBeGreaterThan(3);
  expect(edited).toEqual(opened);

  // The comparison sees a difference of one character.
  const first = [...text].find((character) => /[\p{L}]/u.test(character)) ?? '';
  const other = text.replace(first, '猫猫');
  expect(await continuations(await client.open(`other-${seed}.txt`, other), other)).not.toEqual(edited);
});

test.each([
  ['a surrogate pair is replaced whole', '𠮷║𠮷║野家は', '土', '𠮷土野家は'],
  ['text goes in between two surrogate pairs', '𠮷║║𩸽を焼く', 'の', '𠮷の𩸽を焼く'],
  ['a combining mark is taken off its kana', '彼はか║\u3099║くに', '', '彼はかくに'],
  ['a combining mark is put behind its kana', '彼はか║║くに', '\u3099', '彼はか\u3099くに'],
  ['a kana and its mark are replaced', '彼は║か\u3099║くに', 'が', '彼はがくに'],
  ['a line is joined to the next', '海は║\r\n║凪いで', '', '海は凪いで'],
])('%s', async (name, marked, inserted, expected) => {
  const [before = '', removed = '', after = ''] = marked.split('║');
  const text = before + removed + after;
  const uri = await client.open(`${name}.txt`, text);
  const start = positionAt(text, before.length);
  const end = positionAt(text, before.length + removed.length);
  await client.change(uri, { range: { start, end }, text: inserted });
  const position = positionAt(expected, expected.length);
  const opened = await client.open(`${name} (opened).txt`, expected);
  const continuation = await client.invoke(uri, position);
  expect(continuation).toHaveLength(1);
  expect(continuation).toEqual(await client.invoke(opened, position));
});
