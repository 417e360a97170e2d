import { createCipheriv, createHash } from 'node:crypto';

/** The mask of one place in the model, [rows, ...]: 1 keeps an entry, 0 drops it. */
export type MaskSource = (place: string, p: number, shape: readonly number[]) => Uint8Array;

/**
 * Masks as a pure function of seed, step, row of the step's batch and place: AES in counter mode gives the random bits.
 * They do not depend on how the batch is cut into micro-batches, and a resumed run drops what an uninterrupted one would.
 *
 * @param firstRow Row of the step's batch with which this micro-batch begins.
 */
export function dropoutMasks({
  seed,
  step,
  firstRow,
}: {
  readonly seed: number;
  readonly step: number;
  readonly firstRow: number;
}): MaskSource {
  return (place, p, [rows = 0, ...rest]) => {
    const perRow = rest.reduce((product, dim) => product * dim, 1);
    const masks = new Uint8Array(rows * perRow);
    const threshold = Math.round(p * 65536);
    const key = createHash('sha256').update(`${seed} ${step} ${place}`).digest().subarray(0, 16);
    const zeros = Buffer.alloc(2 * perRow);
    for (let row = 0; row < rows; row++) {
      const counter = Buffer.alloc(16);
      counter.writeUInt32BE(firstRow + row);
      const bytes = createCipheriv('aes-128-ctr', key, counter).update(zeros);
      const random = new Uint16Array(bytes.buffer, bytes.byteOffset, perRow);
      // Without a branch, which the processor would guess wrong: 1 where random ≥ threshold.
      for (let i = 0; i < perRow; i++) masks[row * perRow + i] = (((random[i] ?? 0) - threshold) >>> 31) ^ 1;
    }
    return masks;
  };
}
