import { constants } from 'node:fs';
import { copyFile, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { externalParameters } from '../../src/engine/architectures/external-parameters';
import type { Checkpoint } from '../../src/engine/checkpoint/checkpoint';
import { writeOnnx } from '../../src/engine/graph/onnx-writer';
import { optimumGpt2Graph } from './optimum-graph';

/**
 * Writes the folder that transformers.js loads as a text generator: config.json, onnx/model.onnx and
 * onnx/model.onnx_data. The data file is the checkpoint's own safetensors file, whose weights must be F32: a hard link
 * where the file system allows it, else a copy.
 */
export async function writeOptimumFolder(checkpoint: Checkpoint, folder: string): Promise<void> {
  const places = [...checkpoint.tensors.values()];
  const [weights, ...others] = new Set(places.map(({ file }) => file));
  if (weights === undefined || others.length > 0 || places.some(({ dtype }) => dtype !== 'F32')) {
    throw new Error(`${checkpoint.folder}: only weights in one file, stored as F32, can be mapped as they are`);
  }
  const onnx = join(folder, 'onnx');
  await mkdir(onnx, { recursive: true });
  await writeFile(join(folder, 'config.json'), await readFile(join(checkpoint.folder, 'config.json')));
  const graph = optimumGpt2Graph(checkpoint.config, externalParameters(checkpoint.tensors));
  await writeFile(
    join(onnx, 'model.onnx'),
    writeOnnx(graph, () => 'model.onnx_data'),
  );
  const data = join(onnx, 'model.onnx_data');
  await rm(data, { force: true });
  await link(weights, data).catch(() => copyFile(weights, data, constants.COPYFILE_FICLONE));
}
