import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver-protocol/node';
import { READ_MANUSCRIPTS_METHOD, WRITE_TEXTS_METHOD, type WrittenTexts } from '../../src/protocol/manuscripts';
import { FINE_TUNE_WORKSPACE_METHOD, MEASURE_STEP_METHOD } from '../../src/protocol/training';
import { LoopbackHub } from '../hub/loopback-hub';
import { cannotTrace, destinations, leaks, traced } from '../network-trace';
import { SHORT_RUN } from '../short-run';
import { writeTinyModel } from '../tiny-model';
import { COMMANDS, LanguageClient } from './language-client';

// No byte leaves the machine: shown below Node, by the system calls that a process and all its threads make. ONNX
// Runtime has an uploader of its own, which nothing in JavaScript would see.

const DIST = join(import.meta.dirname, '../../dist');

const reason = cannotTrace();
const needs = reason === undefined ? '' : ` (needs strace: ${reason})`;

describe.skipIf(reason !== undefined)(`no connection leaves the machine${needs}`, () => {
  let scratch: string;
  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-no-connection-'));
  });
  afterAll(() => rm(scratch, { recursive: true }));

  /** Runs a command under watch; its exit code and the file of its calls. */
  async function watched(name: string, command: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const file = join(scratch, `${name}.trace`);
    const [program = '', ...args] = [...traced(file), process.execPath, ...command];
    const child = spawn(program, args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, TSUZUKI_STORAGE: join(scratch, 'storage'), ...env },
    });
    const [code] = await once(child, 'close');
    return { code, file };
  }

  // Neither sends a packet: the kernel refuses both addresses without a way there.
  test.each([
    ['a TCP connection', "require('node:net').connect(443, '255.255.255.255').on('error', () => {})", 443],
    [
      'a datagram',
      "require('node:dgram').createSocket('udp4').send('x', 9, '255.255.255.255', () => process.exit())",
      9,
    ],
  ])('%s that is tried is noticed', async (name, program, port) => {
    const { file } = await watched(name, ['-e', program]);
    expect(await leaks(file)).toEqual([{ family: 'AF_INET', address: '255.255.255.255', port }]);
  });

  test('starting, loading the model and typing', async () => {
    const file = join(scratch, 'server.trace');
    const client = await LanguageClient.start({ watchedBy: traced(file) });
    const text = '彼は老いていた。漁師は';
    const uri = await client.open('漁師.txt', text);
    const end = { line: 0, character: text.length };
    const [suggestion = ''] = await client.typed(uri, end);
    expect(suggestion).not.toBe('');
    await client.change(uri, { range: { start: end, end }, text: suggestion });
    await client.invoke(uri, { line: 0, character: text.length + suggestion.length });
    expect(await client.stop()).toBe(0);
    expect(await leaks(file)).toEqual([]);
  });

  test('fine-tuning', async () => {
    const model = join(scratch, 'model');
    await writeTinyModel(model, scratch);
    const text = join(scratch, 'text.txt');
    await writeFile(text, '朝の港はまだ暗く、魚市場の灯だけが水面に揺れていた。\n'.repeat(24));
    const options = ['--model', model, '--data', text, '--output', join(scratch, 'output'), '--block-size', '32'];
    const { code, file } = await watched('fine-tuning', [
      COMMANDS.commandLine[0],
      'fine-tune',
      ...options,
      '--max-steps',
      '2',
      '--json',
    ]);
    expect(code).toBe(0);
    expect(await leaks(file)).toEqual([]);
  });

  /** Has one of the extension's processes watched while it is asked things over its pipes. */
  async function asked(bundle: string, ask: (send: (method: string, params: object) => Promise<unknown>) => unknown) {
    const file = join(scratch, `${bundle}.trace`);
    const [program = '', ...args] = [...traced(file), process.execPath, join(DIST, bundle)];
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const ended = once(child, 'close');
    const connection = createMessageConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    connection.listen();
    await ask((method, params) => connection.sendRequest(method, { ...params, language: 'en' }));
    child.stdin.end();
    await ended;
    return file;
  }

  test('fine-tuning on a workspace: reading, measuring, training', async () => {
    const model = join(scratch, 'model');
    await writeTinyModel(model, scratch);
    const text = join(scratch, 'manuscript.txt');
    await writeFile(text, '朝の港はまだ暗く、魚市場の灯だけが水面に揺れていた。\n'.repeat(48));
    const files = [{ path: text }];
    const cost = { model, hyperparameters: SHORT_RUN, threads: 1, cacheFolder: scratch };
    const file = await asked('trainer.js', async (send) => {
      await send(READ_MANUSCRIPTS_METHOD, { files, model });
      await send(MEASURE_STEP_METHOD, cost);
      const texts = await send(WRITE_TEXTS_METHOD, { files, folder: join(scratch, 'texts') });
      const run = { ...cost, ...(texts as WrittenTexts), output: join(scratch, 'adapter'), resume: false };
      expect(await send(FINE_TUNE_WORKSPACE_METHOD, { run })).toMatchObject({ type: 'finished' });
    });
    expect(await leaks(file)).toEqual([]);
  });

  test('a downloader that was asked nothing', async () => {
    const file = await asked('downloader.js', () => undefined);
    // Not even on this machine.
    expect(destinations(await readFile(file, 'utf8')).filter(({ family }) => family.startsWith('AF_INET'))).toEqual([]);
  });

  test('a download asks the hub and the host that it names; opening the model asks nobody', async () => {
    const model = join(scratch, 'of-the-hub');
    await writeTinyModel(model, scratch);
    const hub = await LoopbackHub.start({ 'rinna/tiny': model });
    const [program] = COMMANDS.commandLine;
    const env = { HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: join(scratch, 'none'), no_proxy: '127.0.0.1' };
    const download = await watched('download', [program, 'download', 'rinna/tiny'], env);
    await hub.stop();
    expect(download.code).toBe(0);
    expect(await internet(download.file)).toEqual([hub.endpoint, hub.storageEndpoint].sort());

    const complete = [program, 'complete', '--model', 'rinna/tiny', '--dtype', 'int8', '--prompt', '猫', '--json'];
    const opened = await watched('opening', complete, env);
    expect(opened.code).toBe(0);
    expect(await internet(opened.file)).toEqual([]);
  });

  /** The addresses of the internet families, whether they leave the machine or not. */
  async function internet(file: string): Promise<string[]> {
    const all = destinations(await readFile(file, 'utf8')).filter(({ family }) => family.startsWith('AF_INET'));
    return all.map(({ address, port }) => `http://${address}:${port}`).sort();
  }
});
