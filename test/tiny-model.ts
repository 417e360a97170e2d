import { copyFile, cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomGpt2Folder } from './bench/random-gpt2';

const EMBEDDED = join(import.meta.dirname, '..', 'models', 'tsuzuki-base-ja');

/**
 * Writes a folder of a GPT-2 small enough to train in a test: random weights, the embedded model's tokenizer, and
 * dropout everywhere.
 */
export async function writeTinyModel(folder: string, cacheFolder: string): Promise<void> {
  const shape = { n_layer: 2, n_embd: 32, n_head: 2, n_inner: 64, n_positions: 64, vocab_size: 12288 };
  await cp(await randomGpt2Folder(shape, { cacheFolder }), folder, { recursive: true });
  await copyFile(join(EMBEDDED, 'spiece.model'), join(folder, 'spiece.model'));
  const file = join(folder, 'config.json');
  const config: object = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify({ ...config, attn_pdrop: 0.1, embd_pdrop: 0.1, resid_pdrop: 0.1 }));
}
