import { link, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { surveyModel } from '../../../../src/engine/hub/survey-model';
import type { DownloadProgress } from '../../../../src/protocol/download';
import type { HubRequest } from '../../../hub/loopback-hub';
import { DownloadBed, HASTY, names, ofWeights, WEIGHTS } from './download-bed';

const TOKEN = 'hf_secret';

const bed = new DownloadBed();

test('two at once share one download, and the second sees how far the first is', async () => {
  bed.hub.fault = (request) => (ofWeights(request) ? { kind: 'slow', bytesPerSecond: 1e6 } : undefined);
  const told: DownloadProgress[] = [];
  const first = bed.download();
  const second = bed.download({ onProgress: (progress) => told.push(progress) });
  await Promise.all([first, second]);
  await bed.expectWhole();
  expect(bed.hub.requests.filter(ofWeights)).toHaveLength(1);
  expect(told.length).toBeGreaterThan(0);
  expect(told.every(({ elsewhere }) => elsewhere)).toBe(true);
  expect(told.at(-1)?.receivedBytes).toBeGreaterThan(told[0]?.receivedBytes ?? 0);
});

test('when the first of two is paused, the second goes on with it', async () => {
  const pause = new AbortController();
  bed.hub.fault = (request) => (ofWeights(request) ? { kind: 'slow', bytesPerSecond: 1e6 } : undefined);
  const onProgress = ({ receivedBytes }: DownloadProgress) =>
    receivedBytes > 900_000 && pause.abort(new Error('pause'));
  const first = bed.download({ signal: pause.signal, onProgress });
  const second = bed.download();
  await expect(first).rejects.toThrow('pause');
  await second;
  await bed.expectWhole();
  const offsets = bed.hub.requests.filter(ofWeights).map(({ from }) => from);
  expect(offsets).toHaveLength(2);
  expect(offsets[1]).toBeGreaterThan(0);
});

test('an access token goes to the hub and to no other host', async () => {
  await bed.download({ token: TOKEN });
  const authorization = ({ headers }: HubRequest) => headers.authorization;
  const own = bed.hub.requests.filter(({ kind }) => kind !== 'storage');
  expect(new Set(own.map(authorization))).toEqual(new Set([`Bearer ${TOKEN}`]));
  const other = bed.hub.requests.filter(({ kind }) => kind === 'storage');
  expect(other.length).toBeGreaterThan(0);
  expect(other.map(authorization).every((value) => value === undefined)).toBe(true);
});

describe("the cache of Hugging Face's own tools", () => {
  test.each([
    ['by hash', (_: string, hash: string) => join('blobs', hash)],
    ['by commit and name', (commit: string) => join('snapshots', commit, WEIGHTS)],
  ])('is used: %s', async (_, place) => {
    const { commit, files } = await bed.download();
    await rm(bed.folder, { recursive: true });
    const hash = files.find(({ name }) => name === WEIGHTS)?.hash.hex ?? '';
    const cached = join(bed.work, 'cache', 'models--rinna--tiny', place(commit, hash));
    await mkdir(join(cached, '..'), { recursive: true });
    await link(join(bed.source, WEIGHTS), cached);
    const request = bed.request({ cache: join(bed.work, 'cache') });
    const { totalBytes, presentBytes } = await surveyModel(request);
    expect(presentBytes).toBe((await stat(cached)).size);
    expect(totalBytes).toBeGreaterThan(presentBytes);
    bed.hub.requests.length = 0;
    await bed.download({ cache: join(bed.work, 'cache') });
    await bed.expectWhole();
    expect(bed.hub.fetched.map(({ name }) => name)).not.toContain(WEIGHTS);
    expect((await stat(join(bed.folder, WEIGHTS))).ino).toBe((await stat(cached)).ino);
  });

  test('is used in place of what an earlier attempt has received', async () => {
    const { files } = await bed.download();
    await rm(bed.folder, { recursive: true });
    bed.once({ kind: 'drop', after: 100_000 }, ofWeights);
    await expect(bed.download({ patience: HASTY })).rejects.toMatchObject({ code: 'interrupted' });
    expect(await names(`${bed.folder}.partial`)).toContain(`${WEIGHTS}.part`);
    const blobs = join(bed.work, 'cache', 'models--rinna--tiny', 'blobs');
    await mkdir(blobs, { recursive: true });
    const hash = files.find(({ name }) => name === WEIGHTS)?.hash.hex ?? '';
    await link(join(bed.source, WEIGHTS), join(blobs, hash));
    await bed.download({ cache: join(bed.work, 'cache') });
    await bed.expectWhole();
  });

  test('but not where its content is another', async () => {
    const { files } = await bed.download();
    await rm(bed.folder, { recursive: true });
    const { hash, size } = files.find(({ name }) => name === WEIGHTS) ?? { hash: { hex: '' }, size: 0 };
    const blobs = join(bed.work, 'cache', 'models--rinna--tiny', 'blobs');
    await mkdir(blobs, { recursive: true });
    await writeFile(join(blobs, hash.hex), Buffer.alloc(size));
    await bed.download({ cache: join(bed.work, 'cache') });
    await bed.expectWhole();
  });
});

describe('what stands in the way stays', () => {
  test.each([
    ['a folder with something else', () => bed.folder],
    ['another folder where the download would be kept', () => `${bed.folder}.partial`],
  ])('%s', async (_, place) => {
    await mkdir(place(), { recursive: true });
    await writeFile(join(place(), 'novel.txt'), '吾輩は猫である。');
    await expect(bed.download()).rejects.toMatchObject({ code: 'folder-exists' });
    expect(await names(place())).toEqual(['novel.txt']);
  });

  test('another revision of the model', async () => {
    await bed.download();
    await expect(bed.download({ revision: 'v2' })).rejects.toMatchObject({ code: 'folder-exists' });
    await bed.expectWhole();
  });

  test('an empty folder does not', async () => {
    await mkdir(bed.folder, { recursive: true });
    await bed.download();
    await bed.expectWhole();
  });
});
