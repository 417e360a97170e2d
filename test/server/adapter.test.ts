import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCheckpoint } from '../../src/engine/checkpoint/checkpoint';
import { mergedTensors } from '../../src/engine/checkpoint/merge-adapter';
import { writeModelFolder } from '../../src/engine/checkpoint/model-folder';
import { writeAdapter } from '../../src/engine/checkpoint/peft-adapter';
import { randomAdapter } from '../random-adapter';
import { EMBEDDED_MODEL, LanguageClient, type StartOptions } from './language-client';

const OPENING = '彼は老いていた。漁師は';

let scratch: string;
let adapterFolder: string;
let merged: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-adapter-'));
  adapterFolder = join(scratch, 'adapter');
  merged = join(scratch, 'merged');
  const base = await openCheckpoint(EMBEDDED_MODEL);
  const adapter = await randomAdapter(EMBEDDED_MODEL, 4, ['mlp.c_fc', 'mlp.c_proj']);
  await writeAdapter(adapterFolder, adapter);
  await writeModelFolder(merged, { base, tensors: mergedTensors(base, adapter) });
});
afterAll(() => rm(scratch, { recursive: true }));

async function suggestions(options: StartOptions): Promise<string[]> {
  const client = await LanguageClient.start(options);
  const uri = await client.open('adapter.txt', OPENING);
  const offered = await client.invoke(uri, { line: 0, character: OPENING.length });
  await client.stop();
  return offered;
}

test('with an adapter the server suggests what the merged model would', async () => {
  const adapted = await suggestions({ adapterFolder });
  expect(adapted).toHaveLength(1);
  expect(adapted).toEqual(await suggestions({ modelFolder: merged }));
  expect(adapted).not.toEqual(await suggestions({}));
});

test('an adapter that is not there is told as a model that is not there would be', async () => {
  const client = await LanguageClient.start({ adapterFolder: join(scratch, 'nowhere') });
  expect(await client.reaches('error')).toMatchObject({
    message: expect.stringMatching(/adapter_config\.json: .+ Choose a PEFT adapter folder/),
  });
  await client.stop();
});
