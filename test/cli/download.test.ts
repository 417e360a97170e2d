import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Fault, type HubRequest, LoopbackHub } from '../hub/loopback-hub';
import { hasRinnaFixtures, writeRinnaModel } from '../rinna-model';
import { COMMANDS } from '../server/language-client';
import { writeTinyModel } from '../tiny-model';
import { type Run, tsuzuki } from './run-command';

const ID = 'rinna/tiny';
const WEIGHTS = 'model.safetensors';
const TOKEN = 'hf_do_not_tell';

let scratch: string;
let source: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-download-'));
  source = join(scratch, 'source');
  await writeTinyModel(source, scratch);
});
afterAll(() => rm(scratch, { recursive: true }));

let hub: LoopbackHub;
let storage: string;
let folder: string;
let env: Readonly<Record<string, string>>;
beforeEach(async () => {
  hub = await LoopbackHub.start({ [ID]: source });
  storage = await mkdtemp(join(scratch, 'storage-'));
  folder = join(storage, 'models', ID);
  env = {
    HF_ENDPOINT: hub.endpoint,
    HF_HUB_CACHE: join(storage, 'no-cache'),
    HF_TOKEN: TOKEN,
    TSUZUKI_STORAGE: storage,
    NO_PROXY: '127.0.0.1',
    no_proxy: '127.0.0.1',
  };
});
afterEach(() => hub.stop());

const download = (...args: string[]) => tsuzuki(['download', ...args], { env });
const ofWeights = ({ kind, name }: HubRequest) => kind === 'storage' && name === WEIGHTS;
const slowly = () => {
  hub.fault = (request) => (ofWeights(request) ? { kind: 'slow', bytesPerSecond: 1e6 } : undefined);
};
const offsets = () => hub.requests.filter(ofWeights).map(({ from }) => from);
const isAbsent = async () => (await stat(folder).catch(() => undefined)) === undefined;

async function expectWhole(place = folder, names = ['config.json', WEIGHTS, 'spiece.model']): Promise<void> {
  expect((await readdir(place)).sort()).toEqual([...names, 'hub.json'].sort());
  for (const name of names) {
    expect(Buffer.compare(await readFile(join(place, name)), await readFile(join(source, name)))).toBe(0);
  }
}

/** Starts the command under a shell's limits and leaves it running. */
function started(limits = 'true'): ChildProcess {
  const command = [process.execPath, COMMANDS.commandLine[0], 'download', ID];
  return spawn('sh', ['-c', `${limits}; exec "$@"`, 'sh', ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C', ...env },
  });
}

async function ended(child: ChildProcess): Promise<Run> {
  const close = once(child, 'close');
  const [stdout, stderr] = await Promise.all(
    [child.stdout, child.stderr].map((stream) => (stream ? text(stream) : '')),
  );
  const [code] = await close;
  return { code, stdout: stdout ?? '', stderr: stderr ?? '' };
}

async function untilReceived(bytes: number): Promise<void> {
  const part = join(`${folder}.partial`, `${WEIGHTS}.part`);
  while (((await stat(part).catch(() => undefined))?.size ?? 0) < bytes) await sleep(20);
}

test('fetches a model, which --model then knows by its id', async () => {
  const { code, stdout, stderr } = await download(ID);
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${folder}\n` });
  expect(stderr).toMatch(/^0\.0 of 2\.1 MB\n(?:.+\n)*(\d\.\d) of \1 MB\n$/);
  await expectWhole();
  const args = ['complete', '--model', ID, '--prompt', '猫', '--max-new-tokens', '4', '--temperature', '0', '--json'];
  const run = await tsuzuki(args, { env });
  expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(run.stdout)).toMatchObject({ model: folder, sequences: [{ ids: expect.any(Array) }] });
});

test('--to says where it goes, --json what came', async () => {
  const to = join(storage, 'elsewhere');
  const { code, stdout } = await download(`${ID}@main`, '--to', to, '--json');
  expect(code).toBe(0);
  const record: { readonly commit: string } = JSON.parse(await readFile(join(to, 'hub.json'), 'utf8'));
  expect(JSON.parse(stdout)).toMatchObject({ id: ID, commit: record.commit, license: 'mit', folder: to });
  await expectWhole(to);
});

test('Ctrl-C pauses, and the same command goes on', async () => {
  slowly();
  const child = started();
  const run = ended(child);
  await untilReceived(500_000);
  child.kill('SIGINT');
  expect(await run).toMatchObject({ code: 130, stdout: '', stderr: expect.stringContaining('paused') });
  expect(await isAbsent()).toBe(true);
  hub.fault = () => undefined;
  expect(await download(ID)).toMatchObject({ code: 0 });
  await expectWhole();
  expect(offsets()).toEqual([0, expect.any(Number)]);
  expect(offsets()[1]).toBeGreaterThanOrEqual(500_000);
});

test('killed in the middle, it goes on the next time', async () => {
  slowly();
  const child = started();
  await untilReceived(500_000);
  child.kill('SIGKILL');
  await once(child, 'close');
  expect(await isAbsent()).toBe(true);
  expect(await download(ID)).toMatchObject({ code: 0 });
  await expectWhole();
  expect(offsets()[1]).toBeGreaterThanOrEqual(500_000);
});

test('two processes share one download', async () => {
  slowly();
  const runs = await Promise.all([download(ID), download(ID)]);
  expect(runs.map(({ code, stdout }) => ({ code, stdout }))).toEqual(Array(2).fill({ code: 0, stdout: `${folder}\n` }));
  expect(runs.map(({ stderr }) => stderr.includes('fetched by another process')).sort()).toEqual([false, true]);
  await expectWhole();
  expect(hub.fetched.map(({ name }) => name).sort()).toEqual(['config.json', WEIGHTS, 'spiece.model']);
});

test.skipIf(process.platform === 'win32')('a disk that is full: what came is kept', async () => {
  // No file may be longer than 1000 blocks, of 512 or 1024 bytes: the weights are.
  const { code, stdout, stderr } = await ended(started('ulimit -f 1000'));
  expect({ code, stdout }).toEqual({ code: 6, stdout: '' });
  expect(stderr).toContain('the disk is full');
  expect(await isAbsent()).toBe(true);
  expect(await download(ID)).toMatchObject({ code: 0 });
  await expectWhole();
  expect(offsets()[1]).toBeGreaterThanOrEqual(512_000);
});

describe('what cannot be fetched: exit code and a sentence with a cure', () => {
  const status = (code: number): Fault => ({ kind: 'status', status: code });

  test.each<[string, string, Fault | undefined, number, RegExp]>([
    ['no id', 'tiny', undefined, 2, /^tsuzuki: tiny: this is not the id of a model\. Write it as owner\/name/],
    ['a path', '../tiny', undefined, 2, /not the id of a model/],
    ['no such model', 'rinna/large', undefined, 6, /without a valid access token.*Check the id/],
    ['no such revision', `${ID}@v9`, undefined, 6, /no such model or revision/],
    ['a gated model', ID, status(403), 6, /Accept them on the page of the model/],
    ['a wrong token', ID, status(401), 6, /set an access token/],
  ])('%s', async (_, id, fault, exitCode, message) => {
    hub.fault = () => fault;
    const { code, stdout, stderr } = await download(id);
    expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).not.toContain(TOKEN);
  });

  test('no connection, in Japanese', async () => {
    await hub.stop();
    const { code, stderr } = await tsuzuki(['download', ID], { env: { ...env, LC_ALL: 'ja_JP.UTF-8' } });
    hub = await LoopbackHub.start({});
    expect(code).toBe(6);
    expect(stderr).toMatch(
      /^tsuzuki: rinna\/tiny: ハブに接続できません。オフラインのようです.+プロキシの設定を確かめて/,
    );
  });

  test('a hub that falls silent', async () => {
    hub.fault = (request) => (ofWeights(request) ? { kind: 'stall', after: 100_000 } : undefined);
    const silent = { ...env, HF_HUB_DOWNLOAD_TIMEOUT: '0.2' };
    const child = tsuzuki(['download', ID], { env: silent });
    // Each try that brings something renews the patience: it has to bring nothing in the end.
    while (offsets().length < 2) await sleep(20);
    hub.fault = () => undefined;
    expect(await child).toMatchObject({ code: 0 });
    await expectWhole();
  });

  test('a folder that holds something else', async () => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'novel.txt'), '吾輩は猫である。');
    const { code, stderr } = await download(ID);
    expect(code).toBe(2);
    expect(stderr).toContain(`${folder}: the folder holds something else`);
    expect(await readdir(folder)).toEqual(['novel.txt']);
  });

  test('--model with an id that has not been downloaded', async () => {
    const { code, stderr } = await tsuzuki(['complete', '--model', 'rinna/tiny', '--prompt', '猫'], { env });
    expect(code).toBe(3);
    expect(stderr).toMatch(/^tsuzuki: rinna\/tiny: .+ Fetch it with: tsuzuki download owner\/name\n$/);
    expect(hub.requests).toEqual([]);
  });
});

describe.skipIf(!hasRinnaFixtures)("a repository in rinna's shape (needs TSUZUKI_FIXTURES)", () => {
  test.each([
    ['safetensors', false, 'model.safetensors'],
    ['legacy .bin', true, 'pytorch_model.bin'],
  ])('%s: downloaded, it continues a text', async (name, legacyBin, weights) => {
    const rinna = join(scratch, name);
    await writeRinnaModel(rinna, scratch, { legacyBin });
    await writeFile(join(rinna, 'README.md'), '---\nlicense: mit\n---\n');
    await hub.publish('rinna/japanese-gpt2-xsmall', rinna);
    const { code, stdout } = await download('rinna/japanese-gpt2-xsmall');
    expect(code).toBe(0);
    const files = await readdir(stdout.trim());
    expect(files.sort()).toEqual(['config.json', 'hub.json', weights, 'spiece.model', 'tokenizer_config.json'].sort());
    const complete = (model: string) =>
      tsuzuki(['complete', '--model', model, '--prompt', '猫が', '--max-new-tokens', '8', '--temperature', '0'], {
        env,
      });
    const ofDownload = await complete('rinna/japanese-gpt2-xsmall');
    expect(ofDownload).toMatchObject({ code: 0, stderr: '' });
    expect(ofDownload.stdout).toBe((await complete(rinna)).stdout);
  });
});
