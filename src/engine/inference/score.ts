import { encodeLines } from '../tokenizer/tokenizer';
import type { LanguageModel } from './language-model';

/** How well a model predicts a text. */
export interface Score {
  /** Tokens of the text; all but the first are predicted. */
  readonly tokens: number;
  /** Code points of the trimmed lines, line breaks not counted. */
  readonly characters: number;
  /** −Σ log p over the predicted tokens. */
  readonly nats: number;
  /** nats ÷ (tokens − 1): the loss that Hugging Face gives for the same ids. */
  readonly nats_per_token: number;
  /** nats ÷ ln 2 ÷ characters: comparable between models with different tokenizers. */
  readonly bits_per_character: number;
  /** Positions by which the window moves over texts longer than the model's n_positions. */
  readonly stride: number;
  readonly ids: readonly number[];
  /** Natural logarithms of the probabilities of ids[1…]. */
  readonly log_probs: readonly number[];
}

/**
 * Scores `text`, each line one segment, no special token added. The model must have been opened for `all` logits.
 * Longer texts are read through a sliding window: each window predicts the tokens that the one before did not reach.
 *
 * @throws {RangeError} when `stride` is not less than n_positions
 */
export async function scoreText(model: LanguageModel, text: string, stride?: number): Promise<Score> {
  const window = model.config.n_positions;
  const step = stride ?? Math.max(1, window >> 1);
  if (step >= window)
    throw new RangeError(`a window of ${window} tokens cannot move by ${step}: tokens would be left out`);
  const ids = encodeLines(model.tokenizer, text);
  const logProbs: number[] = [];
  for (let start = 0; logProbs.length < ids.length - 1; start += step) {
    const tokens = ids.slice(start, start + window);
    model.clearCache();
    for await (const { from, logits } of model.evaluate(tokens)) {
      const V = model.config.vocab_size;
      for (let i = 0; i < logits.length / V; i++) {
        const next = start + from + i + 1;
        const id = ids[next];
        // Positions up to the end of the last window have been scored already.
        if (id === undefined || next - 1 < logProbs.length || next >= start + window) continue;
        logProbs.push(logProbability(logits.subarray(i * V, (i + 1) * V), id));
      }
    }
  }
  const characters = countCharacters(text);
  return {
    ...totals(ids.length, Math.max(0, ids.length - 1), characters, logProbs),
    stride: step,
    ids,
    log_probs: logProbs,
  };
}

/** The figures of one text, or of several together. */
export function totals(tokens: number, predicted: number, characters: number, logProbs: readonly number[]) {
  const nats = -logProbs.reduce((sum, logProb) => sum + logProb, 0);
  return {
    tokens,
    characters,
    nats,
    nats_per_token: predicted === 0 ? 0 : nats / predicted,
    bits_per_character: bitsPerCharacter(nats, characters),
  };
}

/** nats ÷ ln 2 ÷ characters; 0 where there are none. */
export function bitsPerCharacter(nats: number, characters: number): number {
  return characters === 0 ? 0 : nats / Math.LN2 / characters;
}

/** Code points of the trimmed lines, line breaks not counted. */
export function countCharacters(text: string): number {
  return text.split(/\r\n|\n|\r/).reduce((sum, line) => sum + [...line.trim()].length, 0);
}

/** log softmax(logits)[id], in double precision. */
export function logProbability(logits: Float32Array, id: number): number {
  return (logits[id] ?? Number.NaN) - logSumExp(logits);
}

/** log Σ exp(logits), in double precision: what turns logits into logarithms of probabilities. */
export function logSumExp(logits: Float32Array): number {
  let max = Number.NEGATIVE_INFINITY;
  for (const logit of logits) max = Math.max(max, logit);
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - max);
  return max + Math.log(sum);
}
