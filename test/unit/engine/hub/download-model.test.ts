import { copyFile, link, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Patience } from '../../../../src/engine/hub/connection-failure';
import { downloadModel } from '../../../../src/engine/hub/download-model';
import { HubClient } from '../../../../src/engine/hub/hub-client';
import { surveyModel } from '../../../../src/engine/hub/survey-model';
import { seededRandom } from '../../../../src/engine/inference/random';
import type { DownloadProgress } from '../../../../src/protocol/download';
import { type Fault, type HubRequest, LoopbackHub } from '../../../hub/loopback-hub';
import { writeTinyModel } from '../../../tiny-model';

const ID = 'rinna/tiny';
const WEIGHTS = 'model.safetensors';
const TOKEN = 'hf_secret';
/** Tries three times, at once. */
const PATIENT: Patience = { failures: 3, firstDelayMs: 1, longestDelayMs: 2000 };
/** Gives up at the first failure. */
const HASTY: Patience = { failures: 1, firstDelayMs: 1, longestDelayMs: 2000 };

let scratch: string;
let source: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-hub-'));
  source = join(scratch, 'source');
  await writeTinyModel(source, scratch);
  await writeFile(join(source, 'README.md'), '# not needed\n');
  await writeFile(join(source, 'flax_model.msgpack'), 'not needed');
  await writeFile(join(source, 'pytorch_model.bin'), 'the same weights once more');
});
afterAll(() => rm(scratch, { recursive: true }));

let hub: LoopbackHub;
let work: string;
let folder: string;
let clients: HubClient[] = [];
beforeEach(async () => {
  hub = await LoopbackHub.start({ [ID]: source });
  work = await mkdtemp(join(scratch, 'work-'));
  folder = join(work, 'models', 'rinna', 'tiny');
});
afterEach(async () => {
  await Promise.all(clients.map((client) => client.close()));
  clients = [];
  await hub.stop();
});

interface Variation {
  readonly patience?: Patience;
  readonly signal?: AbortSignal;
  readonly revision?: string;
  readonly token?: string;
  readonly stallMs?: number;
  readonly cache?: string;
  readonly onProgress?: (progress: DownloadProgress) => void;
}

function model({ patience = PATIENT, signal = new AbortController().signal, revision, cache, ...client }: Variation) {
  const { token, stallMs } = client;
  const hubClient = new HubClient({ endpoint: hub.endpoint, token, ...(stallMs !== undefined && { stallMs }) });
  clients.push(hubClient);
  return { id: ID, revision, folder, hub: hubClient, cache: cache ?? join(work, 'no-cache'), patience, signal };
}

const download = (variation: Variation = {}) =>
  downloadModel(model(variation), variation.onProgress ?? (() => undefined));

const names = async (place: string) => (await readdir(place).catch(() => ['(absent)'])).sort();

/** What is in the folder is what the hub has, and nothing is left beside it. */
async function expectWhole(): Promise<void> {
  expect(await names(folder)).toEqual(['config.json', 'hub.json', WEIGHTS, 'spiece.model']);
  for (const name of ['config.json', WEIGHTS, 'spiece.model']) {
    expect(Buffer.compare(await readFile(join(folder, name)), await readFile(join(source, name)))).toBe(0);
  }
  expect(await names(`${folder}.partial`)).toEqual(['(absent)']);
}

/** Answers wrongly as long as it says so. */
function once(fault: Fault, when: (request: HubRequest) => boolean, times = 1): void {
  let left = times;
  hub.fault = (request) => (when(request) && left-- > 0 ? fault : undefined);
}

const ofWeights = ({ kind, name }: HubRequest) => kind === 'storage' && name === WEIGHTS;
const always = () => true;

test('fetches what a GPT-2 needs and nothing else, each file once', async () => {
  const plan = await download();
  await expectWhole();
  expect(hub.fetched.map(({ name }) => name).sort()).toEqual(['config.json', WEIGHTS, 'spiece.model']);
  expect(plan).toMatchObject({ id: ID, license: 'mit', parameters: 412_416 });
  const record: unknown = JSON.parse(await readFile(join(folder, 'hub.json'), 'utf8'));
  expect(record).toMatchObject({ id: ID, commit: plan.commit, license: 'mit' });
});

test('tells how much is here, up to all of it', async () => {
  const told: DownloadProgress[] = [];
  hub.fault = (request) => (ofWeights(request) ? { kind: 'slow', bytesPerSecond: 1.5e6 } : undefined);
  await download({ onProgress: (progress) => told.push(progress) });
  const sizes = await Promise.all(['config.json', WEIGHTS, 'spiece.model'].map((name) => stat(join(folder, name))));
  const totalBytes = sizes.reduce((sum, { size }) => sum + size, 0);
  const received = told.map(({ receivedBytes }) => receivedBytes);
  expect(received.at(-1)).toBe(totalBytes);
  expect(received).toEqual([...received].sort((a, b) => a - b));
  expect(received.length).toBeGreaterThan(4);
  expect(told.at(-1)?.bytesPerSecond).toBeGreaterThan(0);
});

test('what is here already is not asked for again', async () => {
  const { commit } = await download();
  hub.requests.length = 0;
  await download();
  await download({ revision: commit });
  expect(hub.requests).toEqual([]);
});

test('a model whose files somebody has deleted is completed', async () => {
  await download();
  await rm(join(folder, 'spiece.model'));
  hub.requests.length = 0;
  await download();
  await expectWhole();
  expect(hub.fetched).toEqual([{ name: 'spiece.model', from: 0 }]);
});

describe('a connection that breaks off', () => {
  test('is made again, where it was left', async () => {
    once({ kind: 'drop', after: 100_000 }, ofWeights);
    await download();
    await expectWhole();
    const offsets = hub.requests.filter(ofWeights).map(({ from }) => from);
    expect(offsets).toHaveLength(2);
    expect(offsets[0]).toBe(0);
    expect(offsets[1]).toBeGreaterThan(0);
  });

  test('at any byte of any file: the folder is absent, and the next try goes on', async () => {
    const random = seededRandom(20);
    const { size } = await stat(join(source, WEIGHTS));
    for (let round = 0; round < 20; round++) {
      await rm(folder, { recursive: true, force: true });
      const after = Math.floor(random() * size);
      const name = random() < 0.75 ? WEIGHTS : 'spiece.model';
      once({ kind: 'drop', after }, (request) => request.kind === 'storage' && request.name === name);
      const failed = await download({ patience: HASTY }).then(
        () => undefined,
        (error: unknown) => error,
      );
      // A file that is shorter than the place of the cut comes whole.
      if (failed !== undefined) {
        expect(failed).toMatchObject({ code: 'interrupted' });
        expect(await names(folder)).toEqual(['(absent)']);
      }
      hub.requests.length = 0;
      await download();
      await expectWhole();
      const again = hub.requests.filter((request) => request.kind === 'storage' && request.name === name);
      const [first] = again;
      if (failed !== undefined && after > 65_536) expect(first?.from).toBeGreaterThan(0);
    }
  });

  test('a server that knows no ranges sends all of it', async () => {
    let drops = 1;
    hub.fault = (request) =>
      ofWeights(request) ? (drops-- > 0 ? { kind: 'drop', after: 100_000 } : { kind: 'whole' }) : undefined;
    await download();
    await expectWhole();
  });

  test('a body that ends too early is asked for from there', async () => {
    once({ kind: 'truncate', bytes: 70_000 }, ofWeights);
    await download();
    await expectWhole();
    expect(hub.requests.filter(ofWeights).map(({ from }) => from)).toEqual([0, 70_000]);
  });
});

test('paused half-way, it goes on where it was', async () => {
  const pause = new AbortController();
  hub.fault = (request) => (ofWeights(request) ? { kind: 'slow', bytesPerSecond: 1e6 } : undefined);
  const onProgress = ({ receivedBytes }: DownloadProgress) =>
    receivedBytes > 1_000_000 && pause.abort(new Error('pause'));
  await expect(download({ signal: pause.signal, onProgress })).rejects.toThrow('pause');
  expect(await names(folder)).toEqual(['(absent)']);
  const { size } = await stat(join(`${folder}.partial`, `${WEIGHTS}.part`));
  expect(size).toBeGreaterThan(0);

  hub.requests.length = 0;
  hub.fault = () => undefined;
  expect(await surveyModel(model({}))).toMatchObject({ presentBytes: expect.any(Number), license: 'mit' });
  await download();
  await expectWhole();
  expect(hub.requests.filter(ofWeights).map(({ from }) => from)).toEqual([size]);
});

test('when the model has a new commit meanwhile, what has not changed stays', async () => {
  once({ kind: 'drop', after: 200_000 }, ofWeights);
  await expect(download({ patience: HASTY })).rejects.toMatchObject({ code: 'interrupted' });
  const newer = join(work, 'newer');
  await mkdir(newer);
  for (const name of ['config.json', WEIGHTS, 'spiece.model']) await copyFile(join(source, name), join(newer, name));
  await writeFile(join(newer, 'tokenizer_config.json'), '{"do_lower_case": true}');
  const commit = await hub.publish(ID, newer);
  hub.requests.length = 0;
  expect(await download()).toMatchObject({ commit });
  expect(hub.fetched.map(({ name }) => name)).toEqual(['tokenizer_config.json', WEIGHTS]);
  expect(hub.requests.find(ofWeights)?.from).toBeGreaterThan(0);
});

describe('wrong content', () => {
  test('is thrown away and fetched once more', async () => {
    once({ kind: 'corrupt' }, ofWeights);
    await download();
    await expectWhole();
  });

  test.each([
    ['of a large file', ofWeights],
    ['of a small file', ({ kind, name }: HubRequest) => kind === 'resolve' && name === 'config.json'],
  ])('twice, %s: refused, and nothing of it stays', async (_, when) => {
    once({ kind: 'corrupt' }, when, 2);
    await expect(download()).rejects.toMatchObject({ code: 'content-differs' });
    expect(await names(folder)).toEqual(['(absent)']);
    expect(await names(`${folder}.partial`)).not.toContain(`${WEIGHTS}.part`);
    await download();
    await expectWhole();
  });
});

describe('what the hub refuses for good', () => {
  test.each<[string, Fault, (request: HubRequest) => boolean, string]>([
    ['an access token is needed', { kind: 'status', status: 401 }, always, 'token-needed'],
    [
      'conditions to accept',
      { kind: 'status', status: 403, headers: { 'x-error-code': 'GatedRepo' } },
      always,
      'gated',
    ],
    ['conditions, told at the weights', { kind: 'status', status: 403 }, ({ kind }) => kind === 'resolve', 'gated'],
    ['no such model', { kind: 'status', status: 404 }, always, 'not-found'],
    [
      'a page instead of an answer',
      { kind: 'body', text: '<html>Please log in to the Wi-Fi</html>' },
      always,
      'hub-broken',
    ],
    ['an answer without a commit', { kind: 'body', text: '{"sha": "main"}' }, always, 'hub-broken'],
    ['an endless answer', { kind: 'body', text: ' '.repeat(9 << 20) }, always, 'hub-broken'],
    ['a redirect in a circle', redirect('/again'), always, 'hub-broken'],
    ['a redirect to a file', redirect('file:///etc/passwd'), always, 'hub-broken'],
  ])('%s', async (_, fault, when, code) => {
    hub.fault = (request) => (when(request) ? fault : undefined);
    await expect(download()).rejects.toMatchObject({ name: 'HubError', code });
    expect(await names(folder)).toEqual(['(absent)']);
    hub.fault = () => undefined;
    await download();
    await expectWhole();
  });

  function redirect(location: string): Fault {
    return { kind: 'status', status: 302, headers: { location } };
  }
});

describe('what may go better the next time', () => {
  const busy = (seconds: string): Fault => ({ kind: 'status', status: 429, headers: { 'retry-after': seconds } });

  test.each<[string, Fault, string]>([
    ['503', { kind: 'status', status: 503 }, 'hub-failing'],
    ['429 that asks for a short wait', busy('0'), 'busy'],
    ['nothing but silence', { kind: 'stall', after: 50_000 }, 'stalled'],
  ])('%s is borne twice, not always', async (_, fault, code) => {
    once(fault, ofWeights, 2);
    await download({ stallMs: 200 });
    await expectWhole();
    await rm(folder, { recursive: true });
    hub.fault = (request) => (ofWeights(request) ? withoutBytes(fault) : undefined);
    await expect(download({ stallMs: 200 })).rejects.toMatchObject({ code });
    expect(await names(folder)).toEqual(['(absent)']);
    hub.fault = () => undefined;
    await download();
    await expectWhole();
  });

  /** A try that brought something renews the patience: one that is at an end has to bring nothing. */
  function withoutBytes(fault: Fault): Fault {
    return fault.kind === 'stall' ? { ...fault, after: 0 } : fault;
  }

  test('waits as long as the hub asks for', async () => {
    once(busy('1'), ofWeights);
    const before = performance.now();
    await download();
    expect(performance.now() - before).toBeGreaterThan(990);
  });

  test('does not wait for hours', async () => {
    once(busy('3600'), ofWeights);
    await expect(download()).rejects.toMatchObject({ code: 'busy' });
  });

  test('offline is said at once', async () => {
    const request = model({ patience: { failures: 6, firstDelayMs: 1, longestDelayMs: 2000 } });
    await hub.stop();
    await expect(downloadModel(request, () => undefined)).rejects.toMatchObject({ code: 'offline' });
    hub = await LoopbackHub.start({ [ID]: source });
  });
});

test('two at once share one download, and the second sees how far the first is', async () => {
  hub.fault = (request) => (ofWeights(request) ? { kind: 'slow', bytesPerSecond: 1e6 } : undefined);
  const told: DownloadProgress[] = [];
  const first = download();
  const second = download({ onProgress: (progress) => told.push(progress) });
  await Promise.all([first, second]);
  await expectWhole();
  expect(hub.requests.filter(ofWeights)).toHaveLength(1);
  expect(told.length).toBeGreaterThan(0);
  expect(told.every(({ elsewhere }) => elsewhere)).toBe(true);
});

test('when the first of two is paused, the second goes on with it', async () => {
  const pause = new AbortController();
  hub.fault = (request) => (ofWeights(request) ? { kind: 'slow', bytesPerSecond: 1e6 } : undefined);
  const onProgress = ({ receivedBytes }: DownloadProgress) =>
    receivedBytes > 900_000 && pause.abort(new Error('pause'));
  const first = download({ signal: pause.signal, onProgress });
  const second = download();
  await expect(first).rejects.toThrow('pause');
  await second;
  await expectWhole();
  const offsets = hub.requests.filter(ofWeights).map(({ from }) => from);
  expect(offsets).toHaveLength(2);
  expect(offsets[1]).toBeGreaterThan(0);
});

test('an access token goes to the hub and to no other host', async () => {
  await download({ token: TOKEN });
  const authorization = ({ headers }: HubRequest) => headers.authorization;
  const own = hub.requests.filter(({ kind }) => kind !== 'storage');
  expect(new Set(own.map(authorization))).toEqual(new Set([`Bearer ${TOKEN}`]));
  const other = hub.requests.filter(({ kind }) => kind === 'storage');
  expect(other.length).toBeGreaterThan(0);
  expect(other.map(authorization).every((value) => value === undefined)).toBe(true);
});

describe("the cache of Hugging Face's own tools", () => {
  test.each([
    ['by hash', (_: string, hash: string) => join('blobs', hash)],
    ['by commit and name', (commit: string) => join('snapshots', commit, WEIGHTS)],
  ])('is used: %s', async (_, place) => {
    const { commit, files } = await download();
    await rm(folder, { recursive: true });
    const hash = files.find(({ name }) => name === WEIGHTS)?.hash.hex ?? '';
    const cached = join(work, 'cache', 'models--rinna--tiny', place(commit, hash));
    await mkdir(join(cached, '..'), { recursive: true });
    await link(join(source, WEIGHTS), cached);
    const request = model({ cache: join(work, 'cache') });
    const { totalBytes, presentBytes } = await surveyModel(request);
    expect(presentBytes).toBe((await stat(cached)).size);
    expect(totalBytes).toBeGreaterThan(presentBytes);
    hub.requests.length = 0;
    await download({ cache: join(work, 'cache') });
    await expectWhole();
    expect(hub.fetched.map(({ name }) => name)).not.toContain(WEIGHTS);
    expect((await stat(join(folder, WEIGHTS))).ino).toBe((await stat(cached)).ino);
  });

  test('but not where its content is another', async () => {
    const { files } = await download();
    await rm(folder, { recursive: true });
    const { hash, size } = files.find(({ name }) => name === WEIGHTS) ?? { hash: { hex: '' }, size: 0 };
    const blobs = join(work, 'cache', 'models--rinna--tiny', 'blobs');
    await mkdir(blobs, { recursive: true });
    await writeFile(join(blobs, hash.hex), Buffer.alloc(size));
    await download({ cache: join(work, 'cache') });
    await expectWhole();
  });
});

describe('what stands in the way stays', () => {
  test.each([
    ['a folder with something else', () => folder],
    ['another folder where the download would be kept', () => `${folder}.partial`],
  ])('%s', async (_, place) => {
    await mkdir(place(), { recursive: true });
    await writeFile(join(place(), 'novel.txt'), '吾輩は猫である。');
    await expect(download()).rejects.toMatchObject({ code: 'folder-exists' });
    expect(await names(place())).toEqual(['novel.txt']);
  });

  test('another revision of the model', async () => {
    await download();
    await expect(download({ revision: 'v2' })).rejects.toMatchObject({ code: 'folder-exists' });
    await expectWhole();
  });

  test('an empty folder does not', async () => {
    await mkdir(folder, { recursive: true });
    await download();
    await expectWhole();
  });
});
