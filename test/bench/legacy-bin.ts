import { copyFile, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openCheckpoint } from '../../src/engine/checkpoint/checkpoint';
import { readTensor } from '../../src/engine/checkpoint/read-tensor';
import { writeWholeFile } from '../../src/engine/checkpoint/whole-file';
import { contiguous, dict, legacyHead, pickle, storageLength, tensor } from '../pytorch-file';

/**
 * The same model with its weights in `pytorch_model.bin`, as PyTorch wrote them before 1.6 and rinna published them: with
 * each block's attention mask as a buffer of bytes. Written once, one tensor in memory at a time.
 *
 * @returns The folder.
 */
export async function legacyBinFolder(source: string): Promise<string> {
  const folder = `${source}-legacy-bin`;
  const file = join(folder, 'pytorch_model.bin');
  await mkdir(folder, { recursive: true });
  for (const name of ['config.json', 'spiece.model']) await copyFile(join(source, name), join(folder, name));
  if ((await stat(file).catch(() => undefined)) !== undefined) return folder;
  const { tensors, config } = await openCheckpoint(source);
  const masks = Array.from({ length: config.n_layer }, (_, i) => `h.${i}.attn.bias`);
  const maskShape = [1, 1, config.n_positions, config.n_positions];
  const maskBytes = config.n_positions ** 2;
  const entries = [
    ...[...tensors].map(([key, { shape }]) => ({ key, type: 'FloatStorage', shape })),
    ...masks.map((key) => ({ key, type: 'ByteStorage', shape: maskShape })),
  ];
  const views = entries.map(({ key, type, shape }) => {
    const length = shape.reduce((product, dim) => product * dim, 1);
    return [`transformer.${key}`, tensor({ type, key, length, shape, strides: contiguous(shape) })];
  });
  const keys = entries.map(({ key }) => key);
  await writeWholeFile(file, async (handle) => {
    await handle.writeFile(legacyHead(pickle(dict(Object.fromEntries(views))), keys));
    for (const location of tensors.values()) {
      const numbers = await readTensor(location);
      await handle.writeFile(storageLength(numbers.length));
      await handle.writeFile(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
    }
    for (const _ of masks) {
      await handle.writeFile(storageLength(maskBytes));
      await handle.writeFile(Buffer.alloc(maskBytes, 1));
    }
  });
  return folder;
}
