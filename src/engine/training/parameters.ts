import type { Checkpoint } from '../checkpoint/checkpoint';
import { readTensor } from '../checkpoint/read-tensor';
import { seededRandom } from '../inference/random';
import type { Parameters } from './training-session';

/** Every weight of a checkpoint, widened to 32 bits: where full fine-tuning begins. */
export async function checkpointParameters(checkpoint: Checkpoint): Promise<Parameters> {
  const parameters = new Map<string, Float32Array>();
  for (const [name, location] of checkpoint.tensors) parameters.set(name, await readTensor(location));
  return parameters;
}

/**
 * Where LoRA begins, as PEFT does it: A uniform in ±1/√in (Kaiming, a = √5), B zero, so that the first step
 * sees the base model itself.
 */
export function freshLoraParameters(
  trained: readonly { readonly name: string; readonly shape: readonly number[] }[],
  seed: number,
): Parameters {
  const random = seededRandom(seed);
  return new Map(
    trained.map(({ name, shape }) => {
      const [rows = 0, columns = 0] = shape;
      const bound = name.endsWith('.lora_A') ? 1 / Math.sqrt(columns) : 0;
      return [name, Float32Array.from({ length: rows * columns }, () => (2 * random() - 1) * bound)] as const;
    }),
  );
}
