import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../../../src/engine/checkpoint/checkpoint';
import { openFineTuned } from '../../../../src/engine/checkpoint/fine-tuned';
import { checkpointFingerprint } from '../../../../src/engine/checkpoint/fingerprint';
import { writeModelFolder } from '../../../../src/engine/checkpoint/model-folder';
import { writeAdapter } from '../../../../src/engine/checkpoint/peft-adapter';
import { randomAdapter } from '../../../random-adapter';
import { writeTinyModel } from '../../../tiny-model';

let scratch: string;
let model: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tsuzuki-fine-tuned-'));
  model = join(scratch, 'model');
  await writeTinyModel(model, scratch);
});
afterAll(() => rm(scratch, { recursive: true }));

/** A folder of other weights for the model, which names its base. */
async function wholeModel(name: string): Promise<string> {
  const folder = join(scratch, name);
  const base = await openCheckpoint(model);
  const baseFingerprint = await checkpointFingerprint(base);
  const length = (tensor: string) => base.tensors.get(tensor)?.shape.reduce((product, dim) => product * dim, 1) ?? 0;
  await writeModelFolder(folder, {
    base,
    baseFingerprint,
    tensors: (tensor) => new Float32Array(length(tensor)).fill(0.01),
  });
  return folder;
}

describe('what was made of a model', () => {
  it('is an adapter, or a model that was trained whole', async () => {
    const adapter = join(scratch, 'adapter');
    await writeAdapter(adapter, await randomAdapter(model, 2, ['attn.c_attn']));
    const base = await openCheckpoint(model);
    expect(await openFineTuned(adapter, base)).toMatchObject({ method: 'lora', adapter: { config: { r: 2 } } });
    const whole = await wholeModel('whole');
    expect(await openFineTuned(whole, base)).toMatchObject({ method: 'full', checkpoint: { folder: whole } });
  });

  it('is an adapter where the config of its model lies beside it', async () => {
    const folder = join(scratch, 'both');
    await writeAdapter(folder, await randomAdapter(model, 2, ['attn.c_attn']));
    await cp(join(model, 'config.json'), join(folder, 'config.json'));
    expect((await openFineTuned(folder, await openCheckpoint(model))).method).toBe('lora');
  });

  it('is refused beside another model, whether its shapes are the same or not', async () => {
    const whole = await wholeModel('of the first');
    const changed = join(scratch, 'changed');
    await cp(model, changed, { recursive: true });
    const config = await readFile(join(changed, 'config.json'), 'utf8');
    await writeFile(join(changed, 'config.json'), `${config}\n`);
    await expect(openFineTuned(whole, await openCheckpoint(changed))).rejects.toMatchObject({
      code: 'adapter-other-base',
      files: [join(whole, 'model.safetensors'), changed],
    });
    const { n_layer: _, ...shallow } = JSON.parse(config);
    await writeFile(join(whole, 'config.json'), JSON.stringify({ ...shallow, n_layer: 1 }));
    await expect(openFineTuned(whole, await openCheckpoint(model))).rejects.toMatchObject({
      code: 'adapter-mismatch',
    });
  });
});
