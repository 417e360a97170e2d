import type { Gpt2Config } from '../checkpoint/config';
import type { GraphBuilder, Value } from '../graph/graph';
import { add, matMulTransposed } from '../graph/operators';
import type { ForwardHooks } from './gpt2';

/** A low-rank adaptation as the graph sees it. */
export interface LoraShape {
  /** Rank. */
  readonly r: number;
  /** Factor of B·A: lora_alpha / r. */
  readonly scale: number;
  /** Modules that have one, named without their layer: `attn.c_attn`. */
  readonly targets: readonly string[];
}

export interface LoraInputs {
  readonly adapt: NonNullable<ForwardHooks['adapt']>;
  /** `<module>.lora_A` [r, in] and `<module>.lora_B` [out, r] of every module adapted so far, inputs of the graph. */
  readonly matrices: ReadonlyMap<string, Value>;
}

/**
 * y + scale · (x·Aᵀ)·Bᵀ beside each module of `lora.targets`, with A and B as inputs of the graph, as PEFT stores them.
 *
 * @param drop Dropout of x on its way into A.
 */
export function loraInputs(
  g: GraphBuilder,
  config: Gpt2Config,
  lora: LoraShape,
  drop: (module: string, x: Value) => Value = (_, x) => x,
): LoraInputs {
  const matrices = new Map<string, Value>();
  const input = (name: string, shape: readonly number[]) => {
    const value = g.input(name, 'float32', shape);
    matrices.set(name, value);
    return value;
  };
  return {
    matrices,
    adapt: (module, x, y) => {
      const target = lora.targets.find((name) => module.endsWith(`.${name}`));
      if (target === undefined) return y;
      const [inWidth, outWidth] = linearWidths(config, target);
      const a = input(`${module}.lora_A`, [lora.r, inWidth]);
      const b = input(`${module}.lora_B`, [outWidth, lora.r]);
      return add(g, y, matMulTransposed(g, matMulTransposed(g, drop(module, x), a), b, lora.scale));
    },
  };
}

/** Widths of a linear module's input and output. */
function linearWidths({ n_embd, n_inner }: Gpt2Config, target: string): readonly [number, number] {
  switch (target) {
    case 'attn.c_attn':
      return [n_embd, 3 * n_embd];
    case 'attn.c_proj':
      return [n_embd, n_embd];
    case 'mlp.c_fc':
      return [n_embd, n_inner];
    case 'mlp.c_proj':
      return [n_inner, n_embd];
    default:
      throw new RangeError(`GPT-2 has no linear module ${target}`);
  }
}
