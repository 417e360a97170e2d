import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TrainingEvent } from '../../src/protocol/training';
import {
  hasRinnaFixtures,
  RINNA_TOKENIZER_CONFIG,
  type RinnaFolderOptions,
  type RinnaText,
  rinnaText,
  writeRinnaModel,
} from '../rinna-model';
import { EMBEDDED_MODEL, LanguageClient } from '../server/language-client';
import { proseOf } from '../unit/text/manuscript/prose';
import { json, tsuzuki } from './run-command';

// Whoever follows the usual walk-through with rinna's Japanese GPT-2 in Python stumbles at these places. Each is a test:
// the folder as it is published, the command as users type it, and what they see.

type Tokens = Pick<RinnaText, 'ids' | 'pieces' | 'decoded'>;

interface Completion {
  readonly sequences: readonly { readonly text: string; readonly ids: readonly number[] }[];
  readonly timings: { readonly promptTokens: number };
}

describe.skipIf(!hasRinnaFixtures)("the stumbles over rinna's repository (needs TSUZUKI_FIXTURES)", () => {
  let scratch: string;
  let folder: string;
  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-walk-through-'));
    folder = await model('rinna');
  });
  afterAll(() => rm(scratch, { recursive: true }));

  async function model(name: string, options: RinnaFolderOptions = {}): Promise<string> {
    const folder = join(scratch, name);
    await writeRinnaModel(folder, scratch, options);
    return folder;
  }

  const tokensOf = (text: string, model = folder) => json<Tokens>(['tokenize', '--model', model, '--text', text]);
  const goldenOf = async (text: string): Promise<Tokens> => {
    const { ids, pieces, decoded } = await rinnaText(text);
    return { ids, pieces, decoded };
  };

  async function fineTune(output: string, texts: readonly string[]): Promise<TrainingEvent[]> {
    const files = texts.map((_, i) => join(scratch, `${output}-${i}.txt`));
    for (const [i, file] of files.entries()) await writeFile(file, texts[i] ?? '');
    const size = ['--block-size', '32', '--per-device-train-batch-size', '2', '--num-train-epochs', '1'];
    const where = ['--model', folder, '--output', join(scratch, output), '--data', ...files];
    const { code, stdout, stderr } = await tsuzuki(['fine-tune', '--json', '--method', 'full', ...where, ...size]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout
      .trim()
      .split('\n')
      .map((line): TrainingEvent => JSON.parse(line));
  }

  describe('tokenizer class: a T5Tokenizer stands in the config of a GPT-2', () => {
    test.each(['彼は老いていた。漁師は', '「おい、地獄さ行ぐんだで！」', '行\n改行\n\n段落', '𠮷野家で𩸽を食べた'])(
      '%j → the tokens of SentencePiece',
      async (text) => expect(await tokensOf(text)).toEqual(await goldenOf(text)),
    );

    test('the folder is a model to complete with, from safetensors and from the old .bin alike', async () => {
      const options = ['--prompt', '彼は老いていた。漁師は', '--seed', '1', '--max-new-tokens', '12'];
      const complete = (model: string) => json<Completion>(['complete', '--model', model, ...options]);
      const { sequences } = await complete(folder);
      expect(sequences[0]?.ids).toHaveLength(12);
      expect((await complete(await model('legacy', { legacyBin: true }))).sequences).toEqual(sequences);
    });
  });

  describe('fast tokenizer: the repository has none, and what Python converts encodes otherwise', () => {
    test('spiece.model alone is enough, and nothing is written beside it', async () => {
      await tokensOf('私は今日も');
      expect((await readdir(folder)).sort()).toEqual([
        'config.json',
        'model.safetensors',
        'spiece.model',
        'tokenizer_config.json',
      ]);
    });

    test('a tokenizer.json beside it changes no token', async () => {
      const converted = await model('converted');
      await copyFile(join(EMBEDDED_MODEL, 'tokenizer.json'), join(converted, 'tokenizer.json'));
      const text = '　吾輩は猫である。名前はまだ無い。';
      expect(await tokensOf(text, converted)).toEqual(await goldenOf(text));
    });
  });

  describe('lower-casing: the vocabulary has no capital letters, and do_lower_case is lost on the way', () => {
    const text = '今日は、Visual Studio Code で小説を書く。';
    test.each([
      ['do_lower_case: true', { ...RINNA_TOKENIZER_CONFIG, do_lower_case: true }],
      ['do_lower_case: false', { ...RINNA_TOKENIZER_CONFIG, do_lower_case: false }],
      ['no do_lower_case', RINNA_TOKENIZER_CONFIG],
    ])('%s: capitals are read as small letters, none as <unk>', async (name, config) => {
      const lowered = await model(name.replaceAll(/\W/g, '-'));
      await writeFile(join(lowered, 'tokenizer_config.json'), JSON.stringify(config));
      const tokens = await tokensOf(text, lowered);
      expect(tokens).toEqual(await goldenOf(text));
      expect(tokens.decoded).toBe('今日は、visual studio code で小説を書く。');
    });

    test('no tokenizer_config.json at all', async () => {
      const bare = await model('bare');
      await rm(join(bare, 'tokenizer_config.json'));
      expect(await tokensOf(text, bare)).toEqual(await goldenOf(text));
    });
  });

  describe('</s> is appended to every prompt: the model goes on after the end of the text', () => {
    const prompt = '彼は老いていた。漁師は';
    test('the prompt has the tokens of its text, and no more', async () => {
      const { ids, pieces } = await goldenOf(prompt);
      expect(pieces).not.toContain('</s>');
      const options = ['--prompt', prompt, '--seed', '1', '--max-new-tokens', '4'];
      const { timings } = await json<Completion>(['complete', '--model', folder, ...options]);
      expect(timings.promptTokens).toBe(ids.length);
    });

    test('a line feed at its end changes nothing', async () => {
      const complete = (prompt: string) =>
        json<Completion>(['complete', '--model', folder, '--prompt', prompt, '--seed', '1', '--max-new-tokens', '8']);
      expect((await complete(`${prompt}\n`)).sequences).toEqual((await complete(prompt)).sequences);
    });

    test('the editor gets what the text alone leads to', async () => {
      const settings = () => ({ stopAt: 'none', sampling: { temperature: 0, maxNewTokens: 8, alternatives: 1 } });
      const client = await LanguageClient.start({ modelFolder: folder, settings });
      const uri = await client.open('漁師.txt', prompt);
      await client.invoke(uri, { line: 0, character: prompt.length });
      const { ids } = await goldenOf(prompt);
      expect(client.answer).toMatchObject({ promptTokens: ids.length, newTokens: 8 });
      await client.stop();
    });

    test('in training it stands between two texts, once', async () => {
      const texts = [proseOf(1, 4), proseOf(2, 4)];
      const lines = texts.flatMap((text) => text.split('\n')).filter((line) => line !== '');
      let tokens = 2 * texts.length;
      for (const line of lines) tokens += (await tokensOf(line)).ids.length;
      const [started] = await fineTune('separated', texts);
      expect(started).toMatchObject({ type: 'started', tokens });
    });
  });

  describe('padding: config.json names no pad token, and Python warns of it at every prompt', () => {
    test('three texts of different lengths are written without a word of warning', async () => {
      const options = ['--prompt', '私は今日も', '--seed', '3', '--num-return-sequences', '3', '--stop', 'sentence'];
      const run = await tsuzuki(['complete', '--model', folder, '--max-new-tokens', '20', ...options]);
      expect(run).toMatchObject({ code: 0, stderr: '' });
      expect(run.stdout.split('\n---\n')).toHaveLength(3);
      expect(run.stdout).not.toMatch(/\[PAD\]|<\/s>|<unk>/);
    });

    test('blocks that are not full are trained on, and what fills them up is no label', async () => {
      const events = await fineTune('padded', [proseOf(3, 5)]);
      const [started] = events;
      const blocks = started?.type === 'started' ? started.blocks : 0;
      expect(started?.type === 'started' && started.tokens % 32).not.toBe(0);
      expect(events.filter(({ type }) => type === 'step')).toHaveLength(Math.ceil(blocks / 2));
      // A model with random weights knows nothing: ln 32000 = 10.37 nats for a token. Labels that are padding would be
      // learnt within a step, and draw the mean down.
      for (const event of events) if (event.type === 'step') expect(event.loss).toBeCloseTo(Math.log(32000), 0);
    });
  });

  test('TextDataset is gone from the library: texts become blocks here, and the result is a model to go on with', async () => {
    const events = await fineTune('blocks', [proseOf(4, 30)]);
    const [started] = events;
    expect(started).toMatchObject({ type: 'started' });
    if (started?.type === 'started') expect(started.blocks).toBe(Math.ceil(started.tokens / 32));
    const output = join(scratch, 'blocks');
    expect(events.at(-1)).toMatchObject({ type: 'finished', folder: output });
    expect(JSON.parse(await readFile(join(output, 'tokenizer_config.json'), 'utf8'))).toMatchObject({
      tokenizer_class: 'T5Tokenizer',
    });
    expect(await tokensOf('私は今日も', output)).toEqual(await goldenOf('私は今日も'));
    const options = ['--prompt', '私は今日も', '--max-new-tokens', '4', '--seed', '1'];
    const { sequences } = await json<Completion>(['complete', '--model', output, ...options]);
    expect(sequences[0]?.ids).toHaveLength(4);
  });
});
