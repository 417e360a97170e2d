import { join } from 'node:path';
import { readConfig } from '../src/engine/checkpoint/config';
import { type LoraAdapter, type LoraTarget, loraModules } from '../src/engine/checkpoint/peft-adapter';
import { seededRandom } from '../src/engine/inference/random';

/** A LoRA adapter for a model folder that changes what the model says: B is not zero. The same rank gives the same. */
export async function randomAdapter(
  modelFolder: string,
  r: number,
  targets: readonly LoraTarget[],
): Promise<LoraAdapter> {
  const config = await readConfig(join(modelFolder, 'config.json'));
  const random = seededRandom(r);
  const numbers = (length: number) => Float32Array.from({ length }, () => (random() - 0.5) / 2);
  const matrices = new Map(
    [...loraModules(config, targets)].map(([module, { in: inWidth, out }]) => [
      module,
      { a: numbers(r * inWidth), b: numbers(out * r) },
    ]),
  );
  const options = { r, lora_alpha: 2 * r, lora_dropout: 0, base_model_name_or_path: undefined };
  return { config: { ...options, target_modules: targets }, matrices };
}
