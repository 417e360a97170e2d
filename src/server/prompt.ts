import type { Tokenizer } from '../engine/tokenizer/tokenizer';

export interface Prompt {
  readonly ids: readonly number[];
  /** The cursor stands on a blank line: the continuation begins a new one. */
  readonly opensLine: boolean;
}

/** Lines of a manuscript hardly change between two requests. */
const REMEMBERED_LINES = 20_000;

/**
 * Turns the text before the cursor into tokens, line by line, as the models were trained: blank lines are dropped, and
 * normalising is the tokenizer's own business.
 */
export class PromptBuilder {
  readonly #remembered = new Map<string, readonly number[]>();

  constructor(private readonly tokenizer: Tokenizer) {}

  /** @param budget Tokens that the prompt may have: n_positions − maxNewTokens. */
  build(textBeforeCursor: string, budget: number): Prompt {
    const lines = textBeforeCursor.split(/\r\n|\n|\r/).map((line) => line.trim());
    const opensLine = lines.at(-1) === '';
    const written = lines.filter((line) => line !== '');
    const encoded = written.slice(firstWithinReach(written.length, budget)).map((line) => this.#encode(line));
    return { ids: cutAtLine(encoded, budget).flat(), opensLine };
  }

  #encode(line: string): readonly number[] {
    const known = this.#remembered.get(line);
    if (known !== undefined) return known;
    if (this.#remembered.size >= REMEMBERED_LINES) this.#remembered.clear();
    const ids = this.tokenizer.encode(line);
    this.#remembered.set(line, ids);
    return ids;
  }
}

/**
 * The first line of a long manuscript that is worth encoding: a line makes a token at least, so that more than `budget`
 * lines never fit. Moves in blocks of lines for the same reason as {@link cutAtLine}.
 */
function firstWithinReach(lines: number, budget: number): number {
  return Math.max(0, (Math.floor(lines / budget) - 1) * budget);
}

/**
 * The last lines that fit into `budget` tokens. What is dropped grows in blocks of half the budget: while the first
 * line stands still, a growing text keeps its evaluated prefix. A last line that does not fit by itself loses its
 * beginning in the same blocks.
 */
export function cutAtLine(lines: readonly (readonly number[])[], budget: number): readonly (readonly number[])[] {
  const total = lines.reduce((sum, line) => sum + line.length, 0);
  if (total <= budget) return lines;
  const block = Math.max(1, budget >> 1);
  const dropAtLeast = Math.ceil((total - budget) / block) * block;
  let dropped = 0;
  let first = 0;
  while (first < lines.length - 1 && dropped < dropAtLeast) dropped += lines[first++]?.length ?? 0;
  const kept = lines.slice(first);
  const [only = []] = kept;
  return total - dropped <= budget ? kept : [only.slice(dropAtLeast - dropped)];
}
