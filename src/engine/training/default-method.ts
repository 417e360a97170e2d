import type { Gpt2Config } from '../checkpoint/config';
import { gpt2Tensors } from '../checkpoint/gpt2-tensors';

/** Above so many parameters the gradients and moments of all of them no longer fit beside an editor. */
const FULL_AT_MOST = 150_000_000;

/** All of a small model is trained, and LoRA beside a larger one. */
export function defaultMethod(config: Gpt2Config): 'full' | 'lora' {
  let parameters = 0;
  for (const shape of gpt2Tensors(config).values()) parameters += shape.reduce((product, dim) => product * dim, 1);
  return parameters <= FULL_AT_MOST ? 'full' : 'lora';
}
