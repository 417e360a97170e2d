import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  CancellationTokenSource,
  createMessageConnection,
  LSPErrorCodes,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';
import {
  DOWNLOAD_MODEL_METHOD,
  DOWNLOAD_PROGRESS_METHOD,
  type DownloadProgress,
  type ModelRequest,
  type ModelSurvey,
  SURVEY_MODEL_METHOD,
} from '../../src/protocol/download';
import { LoopbackHub } from '../hub/loopback-hub';
import { ROOT } from '../server/language-client';
import { writeTinyModel } from '../tiny-model';

const ID = 'rinna/tiny';

let scratch: string;
let source: string;
let hub: LoopbackHub;
let folder: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-downloader-'));
  source = join(scratch, 'source');
  await writeTinyModel(source, scratch);
});
afterAll(() => rm(scratch, { recursive: true }));

let child: ChildProcess;
let connection: MessageConnection;
let told: DownloadProgress[];
beforeEach(async () => {
  hub = await LoopbackHub.start({ [ID]: source });
  folder = join(await mkdtemp(join(scratch, 'storage-')), 'models', ID);
  const downloader = spawn(process.execPath, [join(ROOT, 'dist/downloader.js')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: join(folder, 'none'), no_proxy: '127.0.0.1' },
  });
  child = downloader;
  connection = createMessageConnection(
    new StreamMessageReader(downloader.stdout),
    new StreamMessageWriter(downloader.stdin),
  );
  told = [];
  connection.onNotification(DOWNLOAD_PROGRESS_METHOD, (progress: DownloadProgress) => void told.push(progress));
  connection.listen();
});
afterEach(async () => {
  connection.dispose();
  if (child.exitCode === null) {
    child.stdin?.end();
    await once(child, 'close');
  }
  await hub.stop();
});

const request = (more: Partial<ModelRequest> = {}): ModelRequest => ({ id: ID, folder, language: 'ja', ...more });
const slowly = () => {
  hub.fault = ({ kind, name }) =>
    kind === 'storage' && name === 'model.safetensors' ? { kind: 'slow', bytesPerSecond: 1e6 } : undefined;
};
const untilReceived = async (bytes: number) => {
  while ((told.at(-1)?.receivedBytes ?? 0) < bytes) await sleep(20);
};

test('surveys a model, downloads it with progress, and has it then', async () => {
  const before: ModelSurvey = await connection.sendRequest(SURVEY_MODEL_METHOD, request());
  expect(before).toMatchObject({ id: ID, license: 'mit', parameters: 412_416, presentBytes: 0 });
  expect(before.host).toBe(new URL(hub.endpoint).host);
  const pinned = request({ revision: before.commit });
  expect(await connection.sendRequest(DOWNLOAD_MODEL_METHOD, pinned)).toBeNull();
  const { totalBytes } = before;
  expect(told.at(-1)).toMatchObject({ receivedBytes: totalBytes, totalBytes, elsewhere: false });
  expect((await readdir(folder)).sort()).toEqual(['config.json', 'hub.json', 'model.safetensors', 'spiece.model']);
  expect(await connection.sendRequest(SURVEY_MODEL_METHOD, request())).toEqual({ ...before, presentBytes: totalBytes });
});

test('cancelling pauses: the answer says so, and the next download goes on', async () => {
  slowly();
  const pause = new CancellationTokenSource();
  const answer = connection.sendRequest(DOWNLOAD_MODEL_METHOD, request(), pause.token);
  await untilReceived(1_000_000);
  pause.cancel();
  await expect(answer).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
  const { presentBytes }: ModelSurvey = await connection.sendRequest(SURVEY_MODEL_METHOD, request());
  expect(presentBytes).toBeGreaterThanOrEqual(1_000_000);
  hub.fault = () => undefined;
  await connection.sendRequest(DOWNLOAD_MODEL_METHOD, request());
  expect(hub.requests.filter(({ name }) => name === 'model.safetensors').at(-1)?.from).toBeGreaterThan(0);
});

test('ends with whoever started it, in the middle of a download, and keeps what came', async () => {
  slowly();
  const answer = connection.sendRequest(DOWNLOAD_MODEL_METHOD, request()).catch(() => undefined);
  await untilReceived(1_000_000);
  child.stdin?.end();
  const [code] = await once(child, 'close');
  await answer;
  expect(code).toBe(0);
  const { size } = await stat(join(`${folder}.partial`, 'model.safetensors.part'));
  expect(size).toBeGreaterThan(0);
});

test.each([
  ['an id that is none', { id: '../../etc' }, 'id-invalid', /^\.\.\/\.\.\/etc: モデルの ID ではありません。/],
  ['a model that is not there', { id: 'rinna/none' }, 'token-needed', /アクセストークン/],
  ['a revision that is not there', { revision: 'v9' }, 'not-found', /リビジョンがありません/],
  ['a folder that is a file', { folder: import.meta.filename }, 'folder-exists', /別のものが入っています/],
] as const)('an error has a code, and a message for the user: %s', async (_, more, code, message) => {
  const answer = connection.sendRequest(DOWNLOAD_MODEL_METHOD, request({ ...more, token: 'hf_secret' }));
  const error: unknown = await answer.catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 1, message: expect.stringMatching(message), data: { code } });
  expect(JSON.stringify(error)).not.toContain('hf_secret');
});
