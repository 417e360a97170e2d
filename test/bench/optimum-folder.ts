import { constants } from 'node:fs';
import { copyFile, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { externalParameters } from '../../src/engine/architectures/external-parameters';
import { quantizedParameters, type WeightUse } from '../../src/engine/architectures/quantized-parameters';
import type { Checkpoint } from '../../src/engine/checkpoint/checkpoint';
import { writeOnnx } from '../../src/engine/graph/onnx-writer';
import type { QuantizedLayout } from '../../src/engine/quantization/quantized-layout';
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
  const use = { parameter: externalParameters(checkpoint.tensors), hooks: () => ({}) };
  await writeExport(checkpoint, folder, { name: 'model', use, weights });
}

/** Adds `dtype: 'q8'` or `'q4'` to the folder: the export of our quantised weights. */
export async function addQuantizedExport(
  checkpoint: Checkpoint,
  folder: string,
  { dtype, layout }: { readonly dtype: 'q8' | 'q4'; readonly layout: QuantizedLayout },
): Promise<void> {
  const name = dtype === 'q8' ? 'model_quantized' : 'model_q4';
  const use = quantizedParameters(layout, checkpoint.config.tie_word_embeddings);
  await writeExport(checkpoint, folder, { name, use, weights: layout.file });
}

async function writeExport(
  checkpoint: Checkpoint,
  folder: string,
  { name, use, weights }: { readonly name: string; readonly use: WeightUse; readonly weights: string },
): Promise<void> {
  const onnx = join(folder, 'onnx');
  await mkdir(onnx, { recursive: true });
  await writeFile(join(folder, 'config.json'), await readFile(join(checkpoint.folder, 'config.json')));
  const graph = optimumGpt2Graph(checkpoint.config, use);
  const dataName = `${name}.onnx_data`;
  await writeFile(
    join(onnx, `${name}.onnx`),
    writeOnnx(graph, () => dataName),
  );
  const data = join(onnx, dataName);
  await rm(data, { force: true });
  await link(weights, data).catch(() => copyFile(weights, data, constants.COPYFILE_FICLONE));
}
