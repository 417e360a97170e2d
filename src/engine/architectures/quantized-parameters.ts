import type { GraphBuilder, Value } from '../graph/graph';
import { gatherRowsQuantized, matMul, matMulInt8, matMulQuantized, type QuantizedMatrix } from '../graph/operators';
import type { QuantizedLayout, QuantizedTensor } from '../quantization/quantized-layout';
import { externalParameters } from './external-parameters';
import type { ForwardHooks, ParameterSource } from './gpt2';

/** How a forward pass uses the weights of a file. */
export interface WeightUse {
  readonly parameter: ParameterSource;
  /** What replaces the products and lookups that need the numbers themselves. */
  readonly hooks: (g: GraphBuilder) => WeightHooks;
}

/** `logits` is x [..., C] → [..., V], in place of the product with the head's weight. */
export type WeightHooks = Pick<ForwardHooks, 'product' | 'embed'> & { readonly logits?: (hidden: Value) => Value };

/** Weights that stay in the file of a quantised checkpoint. Integers are multiplied where it has quantised matrices. */
export function quantizedParameters({ quantized, kept }: QuantizedLayout, tiedHead: boolean): WeightUse {
  const parameter = externalParameters(kept);
  return {
    parameter,
    hooks: (g) => {
      const head = quantized.get(tiedHead ? 'wte.weight' : 'lm_head.weight');
      const embedding = quantized.get('wte.weight');
      return {
        product: (module, x) => {
          const name = `${module}.weight`;
          const tensor = quantized.get(name);
          return tensor === undefined
            ? matMul(g, x, parameter(g, name))
            : matMulQuantized(g, x, declare(g, name, tensor, 'blocks'));
        },
        ...(embedding && {
          embed: (ids) => gatherRowsQuantized(g, declare(g, 'wte.rows', embedding, 'rows'), ids),
        }),
        ...(head && {
          logits: (hidden) => matMulQuantized(g, hidden, declare(g, 'head.weight', head, 'blocks')),
        }),
      };
    },
  };
}

/**
 * The weights of a quantised checkpoint for evaluating a prompt without its logits: by the copies that have one scale a
 * column. `undefined` when the checkpoint has none.
 */
export function prefillParameters({ quantized, kept, columns }: QuantizedLayout): WeightUse | undefined {
  if (columns.size === 0) return undefined;
  const parameter = externalParameters(kept);
  return {
    parameter,
    hooks: (g) => {
      const embedding = quantized.get('wte.weight');
      return {
        product: (module, x) => {
          const matrix = columns.get(module);
          if (matrix === undefined) throw new Error(`no columns of ${module}`);
          const { shape, values, scales } = matrix;
          return matMulInt8(g, x, {
            values: g.external(`${module}.values`, shape, values, 'int8'),
            scales: g.external(`${module}.column_scales`, [shape[1]], scales),
          });
        },
        ...(embedding && {
          embed: (ids) => gatherRowsQuantized(g, declare(g, 'wte.rows', embedding, 'rows'), ids),
        }),
      };
    },
  };
}

/** A stored matrix in the graph, its codes divided into blocks or as whole rows. */
function declare(
  g: GraphBuilder,
  name: string,
  { rows, width, format, codes, scales }: QuantizedTensor,
  codesBy: 'blocks' | 'rows',
): QuantizedMatrix {
  const blocks = width / format.blockSize;
  const rowBytes = codes.byteLength / rows;
  const shape = codesBy === 'blocks' ? [rows, blocks, rowBytes / blocks] : [rows, rowBytes];
  return {
    ...format,
    codes: g.external(`${name}.codes`, shape, codes, 'uint8'),
    scales: g.external(`${name}.scales`, [rows, blocks], scales),
  };
}
