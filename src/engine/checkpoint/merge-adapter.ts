import type { Checkpoint } from './checkpoint';
import { type LoraMatrices, loraScale } from './lora-modules';
import type { LoraAdapter } from './peft-adapter';
import { readTensor } from './read-tensor';

/**
 * The weights of a model with an adapter folded in, W + scale · (B·A)ᵀ, one tensor at a time: what `writeModelFolder`
 * asks for. Without the adapter's modules the weights are the model's own, bit for bit where they are stored as F32.
 *
 * @throws {RangeError} from the function returned, for a name that the model has not
 */
export function mergedTensors(base: Checkpoint, adapter: LoraAdapter): (name: string) => Promise<Float32Array> {
  const { r } = adapter.config;
  const scale = loraScale(adapter.config);
  return async (name) => {
    const place = base.tensors.get(name);
    if (place === undefined) throw new RangeError(`the model has no weight called ${name}`);
    const weight = await readTensor(place);
    const matrices = adapter.matrices.get(name.replace(/\.weight$/, ''));
    if (matrices !== undefined && name.endsWith('.weight')) addProduct(weight, matrices, r, scale);
    return weight;
  };
}

/** weight [in, out] += scale · (b [out, r] · a [r, in])ᵀ, each entry summed in double precision. */
function addProduct(weight: Float32Array, { a, b }: LoraMatrices, r: number, scale: number): void {
  const inWidth = a.length / r;
  const outWidth = b.length / r;
  const row = new Float64Array(outWidth);
  const factors = Array.from({ length: r }, (_, k) =>
    Float64Array.from({ length: outWidth }, (_, o) => b[o * r + k] ?? 0),
  );
  for (let i = 0; i < inWidth; i++) {
    row.fill(0);
    factors.forEach((column, k) => {
      const factor = scale * (a[k * inWidth + i] ?? 0);
      for (let o = 0; o < outWidth; o++) row[o] = (row[o] ?? 0) + factor * (column[o] ?? 0);
    });
    const start = i * outWidth;
    for (let o = 0; o < outWidth; o++) weight[start + o] = (weight[start + o] ?? 0) + (row[o] ?? 0);
  }
}
