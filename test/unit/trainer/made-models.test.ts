import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../../src/engine/checkpoint/checkpoint';
import { checkpointFingerprint } from '../../../src/engine/checkpoint/fingerprint';
import { mergedTensors } from '../../../src/engine/checkpoint/merge-adapter';
import { writeModelFolder } from '../../../src/engine/checkpoint/model-folder';
import { openAdapter, writeAdapter } from '../../../src/engine/checkpoint/peft-adapter';
import { readTensor } from '../../../src/engine/checkpoint/read-tensor';
import { exportModel } from '../../../src/trainer/export-model';
import { findBases } from '../../../src/trainer/find-bases';
import { randomAdapter } from '../../random-adapter';
import { writeTinyModel } from '../../tiny-model';

let scratch: string;
let model: string;
let adapter: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-made-models-'));
  model = join(scratch, 'model');
  adapter = join(scratch, 'adapter');
  await writeTinyModel(model, scratch);
  const { config, matrices } = await randomAdapter(model, 2, ['attn.c_attn']);
  const base_fingerprint = await checkpointFingerprint(await openCheckpoint(model));
  await writeAdapter(adapter, { config: { ...config, base_fingerprint }, matrices });
});
afterAll(() => rm(scratch, { recursive: true }));

describe('the base model of an adapter', () => {
  const find = async (...models: string[]) =>
    (await findBases({ adapters: [{ adapter, models }], cacheFolder: scratch }))[0];

  it('is found where it was, and elsewhere, whatever its folder is called', async () => {
    expect(await find(model)).toEqual({ kind: 'found', model });
    const moved = join(scratch, '引っ越し先');
    await cp(model, moved, { recursive: true });
    expect(await find(join(scratch, 'gone'), moved)).toEqual({ kind: 'found', model: moved });
  });

  it('is missing, or another by now', async () => {
    expect(await find(join(scratch, 'gone'))).toEqual({ kind: 'missing' });
    const other = join(scratch, 'other');
    await cp(model, other, { recursive: true });
    const config = join(other, 'config.json');
    await writeFile(config, `${await readFile(config, 'utf8')}\n`);
    expect(await find(other)).toEqual({ kind: 'different' });
    expect(await find(join(scratch, 'gone'), other)).toEqual({ kind: 'missing' });
  });

  it('makes no difference to an adapter that cannot be read', async () => {
    const broken = join(scratch, 'broken');
    await cp(adapter, broken, { recursive: true });
    await writeFile(join(broken, 'adapter_config.json'), '{');
    const adapters = [{ adapter: broken, models: [model] }];
    expect(await findBases({ adapters, cacheFolder: scratch })).toEqual([{ kind: 'broken' }]);
  });
});

describe('an export', () => {
  const unheard = { onProgress: () => undefined, signal: new AbortController().signal };

  it('of the adapter is the same adapter', async () => {
    const output = join(scratch, 'exported-adapter');
    await exportModel({ form: 'adapter', model, adapter, output }, unheard);
    const { config } = await openCheckpoint(model);
    expect(await openAdapter(output, config)).toEqual(await openAdapter(adapter, config));
  });

  it('of the whole model has base and adapter in one, and tells how far it is', async () => {
    const output = join(scratch, 'exported-model');
    const shares: number[] = [];
    await exportModel({ form: 'merged', model, adapter, output }, { ...unheard, onProgress: (s) => shares.push(s) });
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
    const base = await openCheckpoint(model);
    const merged = mergedTensors(base, await openAdapter(adapter, base.config));
    for (const [name, place] of (await openCheckpoint(output)).tensors) {
      expect(Buffer.from((await readTensor(place)).buffer).equals(Buffer.from((await merged(name)).buffer))).toBe(true);
    }
    await expect(exportModel({ form: 'merged', model, adapter, output }, unheard)).rejects.toMatchObject({
      code: 'folder-exists',
    });
  });

  it('of what was trained whole is that model, and no adapter', async () => {
    const base = await openCheckpoint(model);
    const whole = join(scratch, 'whole');
    const halved = async (name: string) => {
      const place = base.tensors.get(name);
      return place === undefined ? new Float32Array() : (await readTensor(place)).map((number) => number / 2);
    };
    await writeModelFolder(whole, { base, tensors: halved, baseFingerprint: await checkpointFingerprint(base) });
    const adapters = [{ adapter: whole, models: [join(scratch, 'gone'), model] }];
    expect(await findBases({ adapters, cacheFolder: scratch })).toEqual([{ kind: 'found', model }]);

    const output = join(scratch, 'exported-whole');
    await exportModel({ form: 'merged', model, adapter: whole, output }, unheard);
    for (const [name, place] of (await openCheckpoint(output)).tensors) {
      expect(await readTensor(place)).toEqual(await halved(name));
    }
    const params = { form: 'adapter', model, adapter: whole, output: join(scratch, 'never') } as const;
    await expect(exportModel(params, unheard)).rejects.toMatchObject({ code: 'export-no-adapter' });
  });

  it('leaves nothing when it is cancelled', async () => {
    const folder = await mkdtemp(join(scratch, 'cancelled-'));
    const abort = new AbortController();
    const onProgress = (share: number) => {
      if (share > 0.5) abort.abort(new Error('cancelled'));
    };
    const params = { form: 'merged', model, adapter, output: join(folder, 'model') } as const;
    await expect(exportModel(params, { onProgress, signal: abort.signal })).rejects.toThrow('cancelled');
    expect(await readdir(folder)).toEqual([]);
  });

  it('refuses a base that is another by now', async () => {
    const other = join(scratch, 'renamed');
    await rename(join(scratch, 'other'), other);
    const params = { form: 'merged', model: other, adapter, output: join(scratch, 'never') } as const;
    await expect(exportModel(params, unheard)).rejects.toMatchObject({ code: 'adapter-other-base' });
  });
});
