import { copyFile, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { surveyModel } from '../../../../src/engine/hub/survey-model';
import type { DownloadProgress } from '../../../../src/protocol/download';
import { DownloadBed, HASTY, ID, names, ofWeights, WEIGHTS } from './download-bed';

const bed = new DownloadBed();

test('fetches what a GPT-2 needs and nothing else, each file once', async () => {
  const plan = await bed.download();
  await bed.expectWhole();
  expect(bed.hub.fetched.map(({ name }) => name).sort()).toEqual(['config.json', WEIGHTS, 'spiece.model']);
  expect(plan).toMatchObject({ id: ID, license: 'mit', parameters: 412_416 });
  const record: unknown = JSON.parse(await readFile(join(bed.folder, 'hub.json'), 'utf8'));
  expect(record).toMatchObject({ id: ID, commit: plan.commit, license: 'mit' });
});

test('tells how much is here, up to all of it', async () => {
  const told: DownloadProgress[] = [];
  bed.hub.fault = (request) => (ofWeights(request) ? { kind: 'slow', bytesPerSecond: 1.5e6 } : undefined);
  await bed.download({ onProgress: (progress) => told.push(progress) });
  const sizes = await Promise.all(['config.json', WEIGHTS, 'spiece.model'].map((name) => stat(join(bed.folder, name))));
  const totalBytes = sizes.reduce((sum, { size }) => sum + size, 0);
  const received = told.map(({ receivedBytes }) => receivedBytes);
  expect(received.at(-1)).toBe(totalBytes);
  expect(received).toEqual([...received].sort((a, b) => a - b));
  expect(received.length).toBeGreaterThan(4);
  expect(told.at(-1)?.bytesPerSecond).toBeGreaterThan(0);
});

test('what is here already is not asked for again', async () => {
  const { commit } = await bed.download();
  bed.hub.requests.length = 0;
  await bed.download();
  await bed.download({ revision: commit });
  expect(bed.hub.requests).toEqual([]);
});

test('a model whose files somebody has deleted is completed', async () => {
  await bed.download();
  await rm(join(bed.folder, 'spiece.model'));
  bed.hub.requests.length = 0;
  await bed.download();
  await bed.expectWhole();
  expect(bed.hub.fetched).toEqual([{ name: 'spiece.model', from: 0 }]);
});

test('paused half-way, it goes on where it was', async () => {
  const pause = new AbortController();
  bed.hub.fault = (request) => (ofWeights(request) ? { kind: 'slow', bytesPerSecond: 1e6 } : undefined);
  const onProgress = ({ receivedBytes }: DownloadProgress) =>
    receivedBytes > 1_000_000 && pause.abort(new Error('pause'));
  await expect(bed.download({ signal: pause.signal, onProgress })).rejects.toThrow('pause');
  expect(await names(bed.folder)).toEqual(['(absent)']);
  const { size } = await stat(join(`${bed.folder}.partial`, `${WEIGHTS}.part`));
  expect(size).toBeGreaterThan(0);

  bed.hub.requests.length = 0;
  bed.hub.fault = () => undefined;
  expect(await surveyModel(bed.request({}))).toMatchObject({ presentBytes: expect.any(Number), license: 'mit' });
  await bed.download();
  await bed.expectWhole();
  expect(bed.hub.requests.filter(ofWeights).map(({ from }) => from)).toEqual([size]);
});

test('when the model has a new commit meanwhile, what has not changed stays', async () => {
  bed.once({ kind: 'drop', after: 200_000 }, ofWeights);
  await expect(bed.download({ patience: HASTY })).rejects.toMatchObject({ code: 'interrupted' });
  const newer = join(bed.work, 'newer');
  await mkdir(newer);
  for (const name of ['config.json', WEIGHTS, 'spiece.model'])
    await copyFile(join(bed.source, name), join(newer, name));
  await writeFile(join(newer, 'tokenizer_config.json'), '{"do_lower_case": true}');
  const commit = await bed.hub.publish(ID, newer);
  bed.hub.requests.length = 0;
  expect(await bed.download()).toMatchObject({ commit });
  expect(bed.hub.fetched.map(({ name }) => name)).toEqual(['tokenizer_config.json', WEIGHTS]);
  expect(bed.hub.requests.find(ofWeights)?.from).toBeGreaterThan(0);
});
