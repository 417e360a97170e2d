import type { Precision } from '../../src/engine/inference/session-weights';
import type { BlockFormat } from '../../src/engine/quantization/block-quantization';
import { type Dtype, QUANTIZATIONS } from '../../src/engine/quantization/dtype';

/** A way of keeping the weights, with the name it has in the table. */
export interface Variant {
  readonly name: string;
  readonly precision: Precision;
}

const BLOCK_SIZES = [32, 64, 128] as const;

/** Every block size with a head of 8 bits, and 4 bits throughout. */
export const VARIANTS: readonly Variant[] = [
  { name: 'fp32', precision: 'fp32' },
  ...BLOCK_SIZES.map((blockSize) => quantised({ bits: 8, blockSize }, { bits: 8, blockSize: 128 })),
  ...BLOCK_SIZES.map((blockSize) => quantised({ bits: 4, blockSize }, { bits: 8, blockSize: 128 })),
  quantised({ bits: 4, blockSize: 128 }, { bits: 4, blockSize: 128 }),
];

function quantised(modules: BlockFormat, embedding: BlockFormat): Variant {
  const shown = ({ bits, blockSize }: BlockFormat) => `${bits} bits × ${blockSize}`;
  const head = embedding.bits === modules.bits ? '' : `, head ${shown(embedding)}`;
  const dtype = (Object.keys(QUANTIZATIONS) as Exclude<Dtype, 'fp32'>[]).find(
    (name) => JSON.stringify(QUANTIZATIONS[name]) === JSON.stringify({ modules, embedding }),
  );
  return { name: `${shown(modules)}${head}${dtype ? ` = \`${dtype}\`` : ''}`, precision: { modules, embedding } };
}
