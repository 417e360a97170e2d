import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const GOLDEN = join(import.meta.dirname, 'golden');

/**
 * Writes a folder as models with GPT-2's own tokenizer come: the tiny model as `pytorch_model.bin` from before PyTorch
 * 1.6, vocab.json and merges.txt as far as its 512 tokens go.
 */
export async function writeByteLevelModel(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await copyFile(join(GOLDEN, 'gpt2-tiny-containers/pytorch_model.legacy.bin'), join(folder, 'pytorch_model.bin'));
  const config: object = JSON.parse(await readFile(join(GOLDEN, 'gpt2-tiny/config.json'), 'utf8'));
  await writeFile(join(folder, 'config.json'), JSON.stringify({ ...config, bos_token_id: 0, eos_token_id: 0 }));

  const tokenizer = join(GOLDEN, 'tokenizers/byte-level-bpe');
  const vocabulary: Record<string, number> = JSON.parse(await readFile(join(tokenizer, 'vocab.json'), 'utf8'));
  const kept = Object.entries(vocabulary).filter(([, id]) => id < 512);
  const pieces = new Set(kept.map(([piece]) => piece));
  const merges = (await readFile(join(tokenizer, 'merges.txt'), 'utf8')).split('\n');
  const possible = merges.filter((pair) => pair.startsWith('#') || pieces.has(pair.replace(' ', '')));
  await writeFile(join(folder, 'vocab.json'), JSON.stringify(Object.fromEntries(kept)));
  await writeFile(join(folder, 'merges.txt'), `${possible.join('\n')}\n`);
}
