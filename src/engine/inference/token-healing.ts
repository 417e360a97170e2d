import type { Tokenizer } from '../tokenizer/tokenizer';
import { logSumExp } from './score';

/**
 * A piece that spells the last tokens of a prompt and goes on. A text that is cut where a writer stops, 「だろうという」, ends
 * in other tokens than the same text has as part of a longer one, 「だろう|ということ」, and behind those the model has hardly
 * ever read what follows. So the piece may stand in their place ("token healing", S. Lundberg 2023).
 */
export interface HealingPiece {
  readonly id: number;
  /** How many last tokens of the prompt it replaces. */
  readonly replaced: number;
}

/** More tokens than these are hardly ever the beginning of one piece. */
const LONGEST_END = 3;

/** Whether a text may end inside a piece. Behind a space a new one begins, and a prompt ends before it. */
export function endsInside(text: string): boolean {
  return /\S$/u.test(text);
}

/** The pieces that may replace the end of a prompt, those first that replace most. The first token always stays. */
export function healingPieces(tokenizer: Tokenizer, prompt: readonly number[]): readonly HealingPiece[] {
  const pieces: HealingPiece[] = [];
  for (let replaced = Math.min(LONGEST_END, prompt.length - 1); replaced > 0; replaced--) {
    for (const id of tokenizer.longerThan(prompt.slice(-replaced))) pieces.push({ id, replaced });
  }
  return pieces;
}

/** How many rows of logits {@link healedLogits} wants: of the last token, and of those before it as far as pieces reach. */
export function rowsToHeal(pieces: readonly HealingPiece[]): number {
  return 1 + (pieces[0]?.replaced ?? 0);
}

/**
 * What may follow a text: a token behind its last one, or a piece in place of its last ones, each weighed by how likely
 * the model finds all that it writes from the first replaceable token on. Tokenisations that differ further back are left
 * out of account.
 *
 * @param rows Logits [{@link rowsToHeal}, V] of the last tokens of the prompt
 * @returns [V + pieces]: the logits of the last token, then, on their scale, those of the pieces
 */
export function healedLogits(
  rows: Float32Array,
  prompt: readonly number[],
  pieces: readonly HealingPiece[],
): Float32Array {
  const reach = rowsToHeal(pieces) - 1;
  const V = rows.length / (reach + 1);
  const row = (before: number) => rows.subarray((reach - before) * V, (reach - before + 1) * V);
  const normalisers = Array.from({ length: reach + 1 }, (_, before) => logSumExp(row(before)));
  const logProb = (before: number, id: number) => (row(before)[id] ?? Number.NaN) - (normalisers[before] ?? Number.NaN);
  /** log p of the last tokens of the prompt, by how many they are. */
  const written = [0];
  for (let count = 1; count <= reach; count++) {
    written.push((written[count - 1] ?? 0) + logProb(count, prompt.at(-count) ?? 0));
  }
  const healed = new Float32Array(V + pieces.length);
  healed.set(row(0));
  pieces.forEach(({ id, replaced }, i) => {
    healed[V + i] = logProb(replaced, id) - (written[replaced] ?? 0) + (normalisers[0] ?? 0);
  });
  return healed;
}
