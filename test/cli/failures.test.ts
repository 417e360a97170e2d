import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BROKEN_MODELS, copyModel } from '../broken-models';
import { tsuzuki } from './run-command';

describe('wrong arguments exit with 2 and say what is wanted', () => {
  test.each([
    ['no command', [], /Usage:/],
    ['an unknown command', ['continue'], /unknown command/],
    ['an unknown option', ['complete', '--heat', '1'], /unknown option/],
    ['no number', ['complete', '--temperature', 'warm'], /A number from 0 to 5/],
    ['a number out of bounds', ['complete', '--top-p', '1.5'], /A number from 0 to 1/],
    ['a fraction for a count', ['complete', '--max-new-tokens', '2.5'], /An integer from 1 to 512/],
    ['an empty number', ['complete', '--seed', ''], /An integer from 0/],
    ['an unknown stop', ['complete', '--stop', 'chapter'], /Allowed choices are phrase, sentence, paragraph, none/],
    ['an unknown dtype', ['complete', '--dtype', 'int3'], /Allowed choices are fp32, int8, int4/],
    ['neither text nor card', ['tokenize'], /Give --text <text> or --card/],
    ['no file', ['score'], /missing required argument/],
    ['serve without --stdio', ['serve'], /required option '--stdio/],
  ])('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await tsuzuki(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});

test('--help exits with 0', async () => {
  const { code, stdout } = await tsuzuki(['complete', '--help']);
  expect(code).toBe(0);
  expect(stdout).toContain('--num-return-sequences');
});

describe('an ONNX Runtime that does not load exits with 1 and says the cure', () => {
  /** A process that takes itself for one of another processor loads that one's library. */
  const onA = (arch: string) => `--import=data:text/javascript,Object.defineProperty(process,'arch',{value:'${arch}'})`;
  const other = process.arch === 'x64' ? 'arm64' : 'x64';

  test.runIf(process.platform === 'linux').each([
    ['of another processor', other, {}, /linux-\w+: ONNX Runtime.* cannot be loaded \(.*\)\. Install Tsuzuki again\./],
    [
      'for none',
      'riscv64',
      {},
      /^tsuzuki: linux-riscv64: there is no ONNX Runtime for this system, .*Cannot find module/,
    ],
    ['in Japanese', 'riscv64', { LC_ALL: 'ja_JP.UTF-8' }, /このシステム向けの Tsuzuki をインストールしてください。/],
  ])('one %s', async (_, arch, env, message) => {
    const run = await tsuzuki(['complete', '--prompt', '猫'], { env: { ...env, NODE_OPTIONS: onA(arch) } });
    expect(run).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(message) });
  });
});

describe('a model folder that cannot be used exits with 3 and names file and cure', () => {
  let scratch: string;
  let folder: string;
  beforeEach(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-broken-'));
    folder = join(scratch, 'model');
    await copyModel(folder);
  });
  afterEach(() => rm(scratch, { recursive: true }));

  test.each(BROKEN_MODELS)('$name', async ({ damage, files, cure }) => {
    await damage(folder);
    const { code, stdout, stderr } = await tsuzuki(['complete', '--model', folder, '--prompt', 'あ', '--json']);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    for (const file of files.length > 0 ? files : [folder]) expect(stderr).toContain(file);
    expect(stderr).toMatch(cure);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('for score and tokenize too, and in Japanese where that is the language', async () => {
    const text = join(scratch, 'text.txt');
    await writeFile(text, 'あ\n');
    await rm(join(folder, 'spiece.model'));
    await writeFile(join(folder, 'spiece.model'), 'not a tokenizer');
    for (const args of [
      ['score', text],
      ['tokenize', '--text', 'あ'],
    ]) {
      const { code, stderr } = await tsuzuki([...args, '--model', folder], { env: { LC_ALL: 'ja_JP.UTF-8' } });
      expect(code).toBe(3);
      expect(stderr).toMatch(/spiece\.model: トークナイザを読み取れません.+ダウンロードし直してください。/);
    }
  });
});
