import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { openTokenizer } from '../../src/engine/tokenizer/open-tokenizer';
import { COMMANDS, EMBEDDED_MODEL } from '../server/language-client';
import { json, tsuzuki } from './run-command';

const PROMPT = '彼は老いていた。漁師は';

interface Completion {
  readonly model: string;
  readonly prompt: string;
  readonly sequences: readonly { readonly text: string; readonly ids: readonly number[]; readonly finish: string }[];
  readonly timings: Readonly<Record<string, number>>;
}

const complete = (...args: string[]) => json<Completion>(['complete', '--prompt', PROMPT, ...args]);
const texts = ({ sequences }: Completion) => sequences.map((sequence) => sequence.text);

test('--json says model, prompt, sequences and timings', async () => {
  const completion = await complete('--max-new-tokens', '5', '--seed', '1');
  expect(completion).toMatchObject({
    model: EMBEDDED_MODEL,
    prompt: PROMPT,
    sequences: [{ text: expect.stringMatching(/./), finish: 'length' }],
    timings: {
      loadMs: expect.any(Number),
      promptTokens: 6,
      promptMs: expect.any(Number),
      newTokens: 5,
      decodeMs: expect.any(Number),
    },
  });
  expect(completion.sequences[0]?.ids).toHaveLength(5);
});

test('the text is what the ids read as, behind the prompt', async () => {
  const [sequence] = (await complete('--max-new-tokens', '12', '--temperature', '0')).sequences;
  const tokenizer = await openTokenizer(EMBEDDED_MODEL);
  const prompt = tokenizer.encode(PROMPT);
  const whole = tokenizer.decode([...prompt, ...(sequence?.ids ?? [])]);
  expect(whole).toBe(tokenizer.decode(prompt) + sequence?.text);
  expect(sequence?.ids).toHaveLength(12);
});

test('the same seed writes the same, another seed something else', async () => {
  const [a, b, c] = await Promise.all([1, 1, 2].map((seed) => complete('--max-new-tokens', '20', '--seed', `${seed}`)));
  if (a === undefined || b === undefined || c === undefined) throw new Error('three runs are wanted');
  expect(texts(a)).toEqual(texts(b));
  expect(texts(a)).not.toEqual(texts(c));
});

test('--num-return-sequences gives that many, different ones; the first is the one that a single run gives', async () => {
  const options = ['--max-new-tokens', '20', '--seed', '7'];
  const three = texts(await complete(...options, '--num-return-sequences', '3'));
  expect(new Set(three).size).toBe(3);
  expect(texts(await complete(...options))).toEqual(three.slice(0, 1));
});

test('temperature 0 and top-k 1 are the same, whatever the seed', async () => {
  const greedy = await complete('--max-new-tokens', '20', '--temperature', '0', '--seed', '1');
  expect(texts(await complete('--max-new-tokens', '20', '--top-k', '1', '--seed', '2'))).toEqual(texts(greedy));
});

test('--token-healing finishes the word that the prompt ends in, in any way of drawing', async () => {
  const greedy = ['complete', '--prompt', '彼は空を見上げ', '--max-new-tokens', '4', '--temperature', '0'];
  const plain = texts(await json<Completion>(greedy));
  const healed = texts(await json<Completion>([...greedy, '--token-healing']));
  expect(healed[0]).toMatch(/^て、/u);
  expect(plain[0]).not.toMatch(/^て、/u);
  expect((await tsuzuki([...greedy, '--token-healing'])).stdout).toBe(`彼は空を見上げ${healed[0]}\n`);
  // A space ends the word.
  const behindSpace = greedy.with(2, '彼は空を見上げ ');
  expect(texts(await json<Completion>([...behindSpace, '--token-healing']))).toEqual(plain);
});

test('--stop sentence ends behind the first sentence', async () => {
  for (const seed of ['1', '2', '3', '4']) {
    const [sequence] = (await complete('--stop', 'sentence', '--max-new-tokens', '200', '--seed', seed)).sequences;
    if (sequence?.finish !== 'sentence') continue;
    expect(sequence.text).toMatch(/^[^。！？!?]+[。！？!?]+[」』）)〉》】〕”’"]*$/u);
    return;
  }
  throw new Error('no seed gave a sentence');
});

test('--stop paragraph ends where the endless text begins its next line', async () => {
  for (const seed of ['1', '2', '3', '4', '5', '6']) {
    const run = async (stop: string) =>
      (await complete('--stop', stop, '--max-new-tokens', '100', '--seed', seed)).sequences[0];
    const paragraph = await run('paragraph');
    if (paragraph?.finish !== 'paragraph') continue;
    const endless = await run('none');
    expect(endless?.ids.slice(0, paragraph.ids.length)).toEqual(paragraph.ids);
    // The first piece of a line begins with ▁, which reads as a space where lines are not told apart.
    expect(endless?.text.slice(paragraph.text.length)).toMatch(/^ /);
    return;
  }
  throw new Error('no seed gave a paragraph');
});

test('the prompt comes from standard input, line by line, blank lines dropped', async () => {
  const stdin = '　朝の港は\r\n\r\nまだ暗く、\n';
  const options = ['complete', '--max-new-tokens', '8', '--temperature', '0'];
  const piped = await json<Completion>(options, { stdin });
  const given = await json<Completion>([...options, '--prompt', '朝の港は\nまだ暗く、']);
  expect(piped.prompt).toBe(stdin);
  expect(texts(piped)).toEqual(texts(given));
  expect(piped.timings.promptTokens).toBe(given.timings.promptTokens);
});

test('an empty prompt is a beginning too', async () => {
  const { sequences } = await json<Completion>(['complete', '--prompt', '', '--max-new-tokens', '5', '--seed', '1']);
  expect(sequences[0]?.ids).toHaveLength(5);
});

test('more new tokens than there are positions: the prompt stays whole, the text ends at the last position', async () => {
  const { sequences, timings } = await complete('--max-new-tokens', '512', '--seed', '1', '--stop', 'none');
  const few = await complete('--max-new-tokens', '20', '--seed', '1');
  expect((timings.promptTokens ?? 0) + (timings.newTokens ?? 0)).toBe(256);
  expect(sequences[0]?.ids.slice(0, 20)).toEqual(few.sequences[0]?.ids);
});

test('a prompt that is longer than the model looks back still gets a continuation', async () => {
  const { sequences } = await json<Completion>(['complete', '--max-new-tokens', '10', '--temperature', '0'], {
    stdin: '朝の港はまだ暗く、魚市場の灯だけが水面に揺れていた。\n'.repeat(60),
  });
  expect(sequences[0]?.ids).toHaveLength(10);
});

test('without --json the prompt and its continuation are written out', async () => {
  const options = ['--max-new-tokens', '8', '--temperature', '0'];
  const { stdout, code } = await tsuzuki(['complete', '--prompt', PROMPT, ...options]);
  expect(stdout).toBe(`${PROMPT}${texts(await complete(...options))[0]}\n`);
  expect(code).toBe(0);
});

test.skipIf(process.platform === 'win32')(
  'Ctrl-C ends the text, shows what was written and exits with 130',
  async () => {
    const child = spawn(process.execPath, [
      ...[COMMANDS.commandLine[0], 'complete', '--prompt', PROMPT],
      ...['--max-new-tokens', '200', '--num-return-sequences', '100'],
    ]);
    // The first new text: the prompt is written before it.
    await once(child.stdout, 'data');
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    const [rest, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    expect(code).toBe(130);
    expect(rest.endsWith('\n')).toBe(true);
  },
);
