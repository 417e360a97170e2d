import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeAdapter } from '../../src/engine/checkpoint/peft-adapter';
import { randomAdapter } from '../random-adapter';
import { COMMANDS, EMBEDDED_MODEL } from '../server/language-client';
import { json, tsuzuki } from './run-command';

interface Completion {
  readonly adapter?: string;
  readonly sequences: readonly { readonly text: string; readonly ids: readonly number[] }[];
}

let scratch: string;
let adapter: string;
let merged: string;
let text: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-adapter-'));
  adapter = join(scratch, 'adapter');
  merged = join(scratch, 'merged');
  text = join(scratch, 'text.txt');
  await writeAdapter(adapter, await randomAdapter(EMBEDDED_MODEL, 3, ['attn.c_attn', 'attn.c_proj', 'mlp.c_fc']));
  await writeFile(text, '朝の港はまだ暗く、魚市場の灯だけが水面に揺れていた。\n');
  const { code, stdout, stderr } = await tsuzuki(['merge', '--adapter', adapter, '--output', merged]);
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `${merged}\n`, stderr: '' });
});
afterAll(() => rm(scratch, { recursive: true }));

test('complete --adapter continues as the merged model does, and not as the model alone', async () => {
  const complete = (...args: string[]) =>
    json<Completion>([
      'complete',
      '--prompt',
      '彼は老いていた。',
      '--temperature',
      '0',
      '--max-new-tokens',
      '12',
      ...args,
    ]);
  const adapted = await complete('--adapter', adapter);
  expect(adapted.adapter).toBe(adapter);
  expect(adapted.sequences).toEqual((await complete('--model', merged)).sequences);
  expect(adapted.sequences).not.toEqual((await complete()).sequences);
});

test('score --adapter scores as the merged model does, and not as the model alone', async () => {
  const nats = async (...args: string[]) => (await json<{ nats: number }>(['score', text, ...args])).nats;
  const adapted = await nats('--adapter', adapter);
  expect(adapted).toBeCloseTo(await nats('--model', merged), 2);
  expect(Math.abs(adapted - (await nats()))).toBeGreaterThan(0.1);
});

describe('merge', () => {
  test('replaces a model only with --overwrite', async () => {
    const again = ['merge', '--adapter', adapter, '--output', merged];
    const { code, stdout, stderr } = await tsuzuki(again);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/merged: the output folder is not empty\. .+--overwrite/);
    expect((await tsuzuki([...again, '--overwrite'])).code).toBe(0);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('leaves nothing behind when it is stopped by %s', async (signal) => {
    const folder = await mkdtemp(join(scratch, 'stopped-'));
    const output = join(folder, 'merged');
    const child = spawn(
      process.execPath,
      [COMMANDS.commandLine[0], 'merge', '--adapter', adapter, '--output', output],
      { stdio: 'ignore' },
    );
    const ended = once(child, 'close');
    while ((await readdir(folder)).length === 0) await sleep(1);
    child.kill(signal);
    expect((await ended)[0]).toBe(130);
    expect(await readdir(folder)).toEqual([]);
  });

  test.each([
    ['no adapter', ['--output', 'somewhere'], /required option '--adapter/],
    ['no output', ['--adapter', 'somewhere'], /required option '--output/],
  ])('%s: wrong arguments', async (_, args, message) => {
    const { code, stderr } = await tsuzuki(['merge', ...args]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});

test('an adapter that cannot be used exits with 3, names file and cure, and writes nothing', async () => {
  const dora = join(scratch, 'dora');
  await writeAdapter(dora, await randomAdapter(EMBEDDED_MODEL, 2, ['attn.c_attn']));
  const file = join(dora, 'adapter_config.json');
  await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), use_dora: true }));
  const output = join(scratch, 'never');
  for (const args of [
    ['complete', '--prompt', 'あ'],
    ['score', text],
    ['merge', '--output', output],
  ]) {
    const { code, stdout, stderr } = await tsuzuki([...args, '--adapter', dora], { env: { LC_ALL: 'ja_JP.UTF-8' } });
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(/adapter_config\.json: 対応していない設定を使うアダプタです \(use_dora: true\)。/);
  }
  expect(await readdir(scratch)).not.toContain('never');
});
