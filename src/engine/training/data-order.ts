import { seededRandom } from '../inference/random';

/** Indices 0…count−1 in the order of an epoch: a function of seed and epoch alone, so that a resumed run goes on in it. */
export function epochOrder(count: number, seed: number, epoch: number): number[] {
  const random = seededRandom((seed ^ Math.imul(epoch + 1, 0x9e3779b1)) >>> 0);
  const order = Array.from({ length: count }, (_, i) => i);
  // Fisher–Yates
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const swapped = order[j] ?? 0;
    order[j] = order[i] ?? 0;
    order[i] = swapped;
  }
  return order;
}
