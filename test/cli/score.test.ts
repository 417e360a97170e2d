import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { json, tsuzuki } from './run-command';

interface Score {
  readonly tokens: number;
  readonly characters: number;
  readonly nats: number;
  readonly nats_per_token: number;
  readonly bits_per_character: number;
  readonly stride: number;
  readonly ids: readonly number[];
  readonly log_probs: readonly number[];
}

const LINES = [
  '　朝の港はまだ暗く、魚市場の灯だけが水面に揺れていた。',
  '',
  '「遅かったな」と兄は言った。「もう舟は出たぞ」',
  '𠮷田さんは、返事をしなかった。',
];
let folder: string;
let short: string;
let long: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tsuzuki-score-'));
  short = join(folder, 'short.txt');
  long = join(folder, 'long.txt');
  await writeFile(short, LINES.join('\r\n'));
  // Some 700 tokens, each line another one: the model's window has 256.
  const numbered = Array.from({ length: 40 }, (_, i) => `${LINES[(i % 2) * 2]}それが${i}日目のことである。`);
  await writeFile(long, numbered.join('\n'));
});
afterAll(() => rm(folder, { recursive: true }));

test.each([
  ['int8', 0.01],
  ['int4', 0.2],
])('with %s weights the loss is near that of 32-bit floats', async (dtype, tolerance) => {
  const { nats_per_token: expected } = await json<Score>(['score', long, '--dtype', 'fp32']);
  const { nats_per_token: found } = await json<Score>(['score', long, '--dtype', dtype]);
  expect(Math.abs(found - expected)).toBeLessThan(tolerance);
  expect(found).not.toBe(expected);
});

test('a file of a few lines', async () => {
  const score = await json<Score>(['score', short]);
  const { ids: _ids, log_probs: _logProbs, ...figures } = await json<Score>(['score', short, '--per-token']);
  expect(score).toEqual(figures);
  // Code points of the trimmed lines: 𠮷 is one, the full-width space in front is none.
  expect(score.characters).toBe([...LINES.map((line) => line.trim()).join('')].length);
  expect(score.nats_per_token).toBeCloseTo(score.nats / (score.tokens - 1), 10);
  expect(score.bits_per_character).toBeCloseTo(score.nats / Math.LN2 / score.characters, 10);
});

test('--per-token: every token but the first has a log probability, and they sum up to the nats', async () => {
  const { tokens, nats, ids, log_probs } = await json<Score>(['score', short, '--per-token']);
  const lines = await Promise.all(
    LINES.filter((line) => line !== '').map((text) => json<Score>(['tokenize', '--text', text.trim()])),
  );
  expect(ids).toEqual(lines.flatMap((line) => line.ids));
  expect(tokens).toBe(ids.length);
  expect(log_probs).toHaveLength(ids.length - 1);
  expect(log_probs.every((logProb) => logProb < 0)).toBe(true);
  expect(-log_probs.reduce((sum, logProb) => sum + logProb, 0)).toBeCloseTo(nats, 9);
});

test('a text longer than the window: scored once each, better where more of the text before is seen', async () => {
  const whole = await json<Score>(['score', long, '--per-token']);
  expect(whole.tokens).toBeGreaterThan(600);
  expect(whole.stride).toBe(128);
  expect(whole.log_probs).toHaveLength(whole.tokens - 1);

  const wide = await json<Score>(['score', long, '--per-token', '--stride', '255']);
  expect(wide.stride).toBe(255);
  expect(wide.log_probs).toHaveLength(wide.tokens - 1);
  // The first window holds the same tokens, whatever the stride.
  for (let i = 0; i < 255; i++) expect(wide.log_probs[i]).toBeCloseTo(whole.log_probs[i] ?? Number.NaN, 4);
  // Less context predicts worse: stride 255 begins windows with almost none.
  expect(wide.nats).toBeGreaterThan(whole.nats);
});

test('a stride that would leave tokens out is refused', async () => {
  const { code, stderr } = await tsuzuki(['score', long, '--stride', '256']);
  expect(code).toBe(2);
  expect(stderr).toContain('n_positions (256)');
});

test('several files: their figures, and the sum over all of them', async () => {
  const both = await json<Score & { files: (Score & { file: string })[] }>(['score', short, long]);
  const apart = await Promise.all([short, long].map((file) => json<Score>(['score', file])));
  // Rounding depends on how many tokens are evaluated together, and that on the speed of the machine.
  for (const [i, file] of [short, long].entries()) {
    expect(both.files[i]).toMatchObject({ file, tokens: apart[i]?.tokens, characters: apart[i]?.characters });
    expect(both.files[i]?.nats).toBeCloseTo(apart[i]?.nats ?? Number.NaN, 2);
  }
  expect(both.tokens).toBe(apart.reduce((sum, { tokens }) => sum + tokens, 0));
  expect(both.nats).toBeCloseTo(
    both.files.reduce((sum, { nats }) => sum + nats, 0),
    9,
  );
  expect(both.nats_per_token).toBeCloseTo(both.nats / (both.tokens - 2), 10);
});

test('an empty file has nothing to predict', async () => {
  const empty = join(folder, 'empty.txt');
  await writeFile(empty, '\n　\n');
  expect(await json(['score', empty])).toMatchObject({ tokens: 0, characters: 0, nats: 0, nats_per_token: 0 });
});

test.each([
  ['is not there', undefined, /ENOENT/],
  ['is Shift_JIS', Buffer.from([0x8c, 0xe1, 0x94, 0x79, 0x82, 0xcd]), /not UTF-8.+iconv/],
])('a file that %s', async (name, bytes, message) => {
  const file = join(folder, `${name}.txt`);
  if (bytes !== undefined) await writeFile(file, bytes);
  const { code, stdout, stderr } = await tsuzuki(['score', file]);
  expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
  expect(stderr).toContain(file);
  expect(stderr).toMatch(message);
});
