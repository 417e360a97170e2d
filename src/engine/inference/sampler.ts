import type { Random } from './random';

/** Hugging Face's names and meanings (`generate`). */
export interface SamplingOptions {
  /** Divides the logits; 0 takes the likeliest token, the lowest id among equals. */
  readonly temperature: number;
  /** Keeps the k largest logits, and those equal to the k-th; 0 keeps all. */
  readonly topK: number;
  /** Keeps the likeliest tokens until their probability reaches p, the one that crosses p included; 1 keeps all. */
  readonly topP: number;
  /** Keeps the tokens with at least this share of the likeliest one's probability; 0 keeps all. */
  readonly minP: number;
  /** Divides positive and multiplies negative logits of tokens seen before; 1 changes nothing. */
  readonly repetitionPenalty: number;
}

export interface Candidate {
  readonly id: number;
  readonly probability: number;
}

/**
 * The distribution that the next token is drawn from, likeliest first; equal probabilities in order of id.
 * Hugging Face's order: repetition penalty, temperature, top-k, top-p, min-p.
 *
 * @param logits [V], not changed
 * @param seen Tokens of the prompt and of the continuation so far (Keskar et al. 2019 for the penalty)
 * @param allowed When given, other tokens cannot be drawn.
 */
export function distribution(
  logits: Float32Array,
  options: SamplingOptions,
  seen: Iterable<number>,
  allowed?: (id: number) => boolean,
): readonly Candidate[] {
  const scores = penalised(logits, options.repetitionPenalty, seen);
  if (options.temperature === 0) {
    // Most tokens may be drawn, and asking about all of them takes longer than looking for the likeliest.
    const id = indexOfMaximum(scores);
    if (allowed === undefined || allowed(id)) return [{ id, probability: 1 }];
  }
  if (allowed !== undefined) {
    for (let id = 0; id < scores.length; id++) if (!allowed(id)) scores[id] = Number.NEGATIVE_INFINITY;
  }
  if (options.temperature === 0) return [{ id: indexOfMaximum(scores), probability: 1 }];
  for (let id = 0; id < scores.length; id++) scores[id] = (scores[id] ?? 0) / options.temperature;

  const ids = likeliest(scores, options.topK);
  return nearTheLikeliest(nucleus(softmax(ids, scores), options.topP), options.minP);
}

/** Draws one token by the inverse of the cumulative distribution. */
export function draw(candidates: readonly Candidate[], random: Random): number {
  const target = random();
  let sum = 0;
  for (const { id, probability } of candidates) {
    sum += probability;
    if (target < sum) return id;
  }
  const last = candidates.at(-1);
  if (last === undefined) throw new RangeError('no token may be drawn');
  return last.id;
}

function penalised(logits: Float32Array, penalty: number, seen: Iterable<number>): Float32Array {
  const scores = Float32Array.from(logits);
  if (penalty === 1) return scores;
  for (const id of new Set(seen)) {
    const score = scores[id];
    if (score !== undefined) scores[id] = score < 0 ? score * penalty : score / penalty;
  }
  return scores;
}

function indexOfMaximum(scores: Float32Array): number {
  let best = 0;
  for (let id = 1; id < scores.length; id++) if ((scores[id] ?? 0) > (scores[best] ?? 0)) best = id;
  return best;
}

/** Ids of the k largest scores and of all equal to the k-th, sorted by score, then id. */
function likeliest(scores: Float32Array, k: number): number[] {
  const threshold = k > 0 && k < scores.length ? kthLargest(scores, k) : Number.NEGATIVE_INFINITY;
  const ids: number[] = [];
  for (let id = 0; id < scores.length; id++) {
    const score = scores[id] ?? Number.NEGATIVE_INFINITY;
    if (score >= threshold && score !== Number.NEGATIVE_INFINITY) ids.push(id);
  }
  return ids.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
}

/** One pass with a small min-heap: the vocabulary is long, k is short, and almost every score is below the heap. */
function kthLargest(scores: Float32Array, k: number): number {
  const heap = scores.slice(0, k).sort();
  for (let id = k; id < scores.length; id++) {
    const score = scores[id] ?? Number.NEGATIVE_INFINITY;
    if (score <= (heap[0] ?? Number.NEGATIVE_INFINITY)) continue;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= k) break;
      if (child + 1 < k && (heap[child + 1] ?? 0) < (heap[child] ?? 0)) child++;
      if ((heap[child] ?? 0) >= score) break;
      heap[hole] = heap[child] ?? 0;
      hole = child;
    }
    heap[hole] = score;
  }
  return heap[0] ?? Number.NEGATIVE_INFINITY;
}

/** Probabilities of the sorted `ids` among themselves. */
function softmax(ids: readonly number[], scores: Float32Array): Candidate[] {
  const max = scores[ids[0] ?? 0] ?? 0;
  const weights = ids.map((id) => Math.exp((scores[id] ?? Number.NEGATIVE_INFINITY) - max));
  const sum = weights.reduce((a, b) => a + b, 0);
  return ids.map((id, i) => ({ id, probability: (weights[i] ?? 0) / sum }));
}

/** Holtzman et al. 2019: the shortest head of the sorted candidates that holds p, at least one. */
function nucleus(candidates: readonly Candidate[], p: number): Candidate[] {
  if (p >= 1) return [...candidates];
  let sum = 0;
  let count = 0;
  for (const { probability } of candidates) {
    sum += probability;
    count++;
    if (sum >= p) break;
  }
  return candidates.slice(0, count).map(({ id, probability }) => ({ id, probability: probability / sum }));
}

/** Nguyen et al. 2024 (min-p): the head of the sorted candidates that have `share` of the first one's probability. */
function nearTheLikeliest(candidates: readonly Candidate[], share: number): readonly Candidate[] {
  const threshold = share * (candidates[0]?.probability ?? 0);
  const kept = candidates.filter(({ probability }) => probability >= threshold);
  if (kept.length === candidates.length) return candidates;
  const sum = kept.reduce((total, { probability }) => total + probability, 0);
  return kept.map(({ id, probability }) => ({ id, probability: probability / sum }));
}
