import { CheckpointError } from '../checkpoint-error';
import { type OpenFile, readExactly, withFile } from '../file-bytes';
import { printable } from '../printable';
import type { TensorLocation } from '../safetensors';
import { legacyTensors } from './legacy-file';
import { locateTensor, wantedTensors } from './tensor-places';
import { MAX_PICKLE_BYTES, unpickle } from './unpickle';
import { type Stretch, ZipArchive } from './zip-archive';

/**
 * Finds the tensors of a `pytorch_model.bin`, which is a zip archive, or a sequence of pickles if it was written before
 * PyTorch 1.6. Only what describes the tensors is read, as data: nothing in the file is executed. Tensors whose name
 * `wanted` refuses are passed over, whatever their format.
 *
 * @throws {CheckpointError} weights-missing, weights-truncated, dtype-unknown, pytorch-broken, pytorch-unsafe,
 *   weights-excessive, pytorch-unsupported
 */
export async function readPytorchHeader(
  path: string,
  wanted: (name: string) => boolean = () => true,
): Promise<Map<string, TensorLocation>> {
  return withFile(path, async (file) => {
    const signature = await readExactly(file, 0, 4);
    if (signature.readUInt32LE(0) === 0x04034b50) return zipTensors(file, wanted);
    if (signature[0] === 0x80) return legacyTensors(file, wanted);
    const detail = `it begins with ${signature.toString('hex')}`;
    throw new CheckpointError('pytorch-broken', [path], detail);
  });
}

async function zipTensors(file: OpenFile, wanted: (name: string) => boolean): Promise<Map<string, TensorLocation>> {
  const archive = await ZipArchive.open(file);
  const root = await requireRoot(archive, file.path);
  const { value } = unpickle(await archive.read(`${root}data.pkl`, MAX_PICKLE_BYTES), file.path);
  const places = new Map<string, Stretch>();
  const located = new Map<string, TensorLocation>();
  for (const [name, tensor] of wantedTensors(value, wanted, file.path)) {
    const { key } = tensor.storage;
    const place = places.get(key) ?? (await archive.locate(`${root}data/${key}`));
    places.set(key, place);
    located.set(name, locateTensor(name, tensor, place, file.path));
  }
  return located;
}

/** The one folder of the archive that all of its entries lie in, `archive/`. */
async function requireRoot(archive: ZipArchive, path: string): Promise<string> {
  const roots = archive.names.flatMap((name) => /^([^/]+\/)data\.pkl$/.exec(name)?.[1] ?? []);
  const [root, ...others] = roots;
  if (root === undefined || others.length > 0) {
    throw new CheckpointError('pytorch-broken', [path], `${roots.length} entries called data.pkl`);
  }
  if (archive.names.includes(`${root}byteorder`)) {
    const order = (await archive.read(`${root}byteorder`, 64)).toString('utf8');
    if (order !== 'little') throw new CheckpointError('pytorch-unsupported', [path], `byte order ${printable(order)}`);
  }
  return root;
}
