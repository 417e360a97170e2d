import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { CheckpointError } from './checkpoint-error';
import { printable } from './printable';

/** The largest GPT-2 has some six hundred names of tensors. */
const MAX_INDEX_BYTES = 8 << 20;

const schema = z.object({ weight_map: z.record(z.string(), z.string()) });

/**
 * Reads a `model.safetensors.index.json` or `pytorch_model.bin.index.json`: which file beside it holds which tensor.
 *
 * @param ending Of the files' names, `.safetensors` or `.bin`.
 * @param wanted Tensors whose name it refuses are passed over.
 * @returns The files that hold wanted tensors, each once.
 * @throws {CheckpointError} index-broken, shard-missing
 */
export async function readShardIndex(
  file: string,
  ending: string,
  wanted: (name: string) => boolean,
): Promise<readonly string[]> {
  const broken = (detail: string) => new CheckpointError('index-broken', [file], detail);
  const { size } = await stat(file);
  if (size > MAX_INDEX_BYTES) throw broken(`${size} bytes`);
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw broken(error instanceof Error ? error.message : String(error));
  }
  const index = schema.safeParse(json);
  if (!index.success) throw broken(z.prettifyError(index.error).slice(0, 300).replaceAll('\n', ' '));
  const names = new Set(
    Object.entries(index.data.weight_map).flatMap(([name, shard]) => (wanted(name) ? [shard] : [])),
  );
  for (const name of names) {
    if (!isPlainName(name) || !name.endsWith(ending)) throw broken(`a part called “${printable(name)}”`);
  }
  const shards = [...names].map((name) => join(dirname(file), name));
  for (const shard of shards) {
    const info = await stat(shard).catch(() => undefined);
    if (info?.isFile() !== true) throw new CheckpointError('shard-missing', [shard, file], '');
  }
  return shards;
}

/** A file of the same folder: the name leads nowhere else, on no system. */
function isPlainName(name: string): boolean {
  return /^[^/\\:\0]+$/.test(name) && name !== '.' && name !== '..';
}
