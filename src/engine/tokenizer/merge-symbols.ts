/** What two neighbouring symbols become. Of all pairs the one with the lowest rank is merged first. */
export interface Merge<S> {
  /** A whole number from 0 to {@link MAX_RANK}. */
  readonly rank: number;
  readonly symbol: S;
}

/** Places in a word take the lower 32 bits of a key, ranks the upper 21 of those that a number has. */
const PLACES = 2 ** 32;

export const MAX_RANK = 2 ** 21 - 1;

/**
 * Byte-pair encoding (Sennrich et al. 2016): merges neighbours, the lowest rank first and the leftmost among equals, until
 * none can be merged. Takes time n·log n, however long a word is: Japanese has no spaces, a line may be one word.
 *
 * @param merge What a pair becomes; always the same for the same pair.
 */
export function mergeSymbols<S>(symbols: readonly S[], merge: (left: S, right: S) => Merge<S> | undefined): S[] {
  const size = symbols.length;
  const current: (S | undefined)[] = [...symbols];
  const next = Int32Array.from(symbols, (_, i) => i + 1);
  const previous = Int32Array.from(symbols, (_, i) => i - 1);
  const mergeAt = (left: number): Merge<S> | undefined => {
    const leftSymbol = current[left];
    const rightSymbol = current[next[left] ?? size];
    return leftSymbol === undefined || rightSymbol === undefined ? undefined : merge(leftSymbol, rightSymbol);
  };
  /** Keys of places whose symbol can be merged with the next one, in a binary heap: rank first, then place. */
  const agenda: number[] = [];
  const consider = (left: number) => {
    const merged = mergeAt(left);
    if (merged !== undefined) push(agenda, merged.rank * PLACES + left);
  };

  for (let i = 0; i < size; i++) consider(i);
  for (let key = pop(agenda); key !== undefined; key = pop(agenda)) {
    const left = key % PLACES;
    const merged = mergeAt(left);
    // One of the two was merged with its other neighbour meanwhile; what it became has a key of its own.
    if (merged === undefined || merged.rank !== Math.floor(key / PLACES)) continue;
    const right = next[left] ?? size;
    const after = next[right] ?? size;
    current[left] = merged.symbol;
    current[right] = undefined;
    next[left] = after;
    if (after < size) previous[after] = left;
    consider(previous[left] ?? -1);
    consider(left);
  }
  return current.filter((symbol) => symbol !== undefined);
}

/** Adds to a binary heap whose first number is the smallest. */
function push(heap: number[], added: number): void {
  let at = heap.length;
  heap.push(added);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent] ?? 0;
    if (above <= added) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = added;
}

/** Takes the smallest number out of a binary heap. */
function pop(heap: number[]): number | undefined {
  const [first] = heap;
  const moved = heap.pop();
  if (moved === undefined || heap.length === 0) return first;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    let below = heap[child] ?? 0;
    const other = heap[child + 1];
    if (other !== undefined && other < below) {
      child++;
      below = other;
    }
    if (moved <= below) break;
    heap[at] = below;
    at = child;
  }
  heap[at] = moved;
  return first;
}
