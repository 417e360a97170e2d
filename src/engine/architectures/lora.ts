import type { Gpt2Config } from '../checkpoint/config';
import { type LoraTarget, loraModules } from '../checkpoint/lora-modules';
import type { GraphBuilder, Value } from '../graph/graph';
import { add, matMulTransposed } from '../graph/operators';
import type { ForwardHooks } from './gpt2';

/** A low-rank adaptation as the graph sees it. */
export interface LoraShape {
  /** Rank. */
  readonly r: number;
  /** Factor of B·A: lora_alpha / r. */
  readonly scale: number;
  readonly targets: readonly LoraTarget[];
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
  const modules = loraModules(config, lora.targets);
  const matrices = new Map<string, Value>();
  const input = (name: string, shape: readonly number[]) => {
    const value = g.input(name, 'float32', shape);
    matrices.set(name, value);
    return value;
  };
  return {
    matrices,
    adapt: (module, x, y) => {
      const widths = modules.get(module);
      if (widths === undefined) return y;
      const a = input(`${module}.lora_A`, [lora.r, widths.in]);
      const b = input(`${module}.lora_B`, [widths.out, lora.r]);
      return add(g, y, matMulTransposed(g, matMulTransposed(g, drop(module, x), a), b, lora.scale));
    },
  };
}
