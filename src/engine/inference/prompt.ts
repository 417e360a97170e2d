import type { Tokenizer } from '../tokenizer/tokenizer';

export interface Prompt {
  readonly ids: readonly number[];
  /** The cursor stands on a blank line: the continuation begins a new one. */
  readonly opensLine: boolean;
}

/** A window with room for fewer tokens than this is moved while the writer pauses: some sentences will fill it. */
const ROOM_WANTED = 96;

/**
 * Turns the text before the cursor into tokens, line by line, as the models were trained: blank lines are dropped, and
 * normalising is the tokenizer's own business.
 */
export class PromptBuilder {
  /** The lines of the last prompt: a manuscript hardly changes from one to the next, and holds on to no older one. */
  #remembered: ReadonlyMap<string, readonly number[]> = new Map();
  #wanted = 0;

  /** @param read A line as the model is to read it, without the marks that it has not learnt. */
  constructor(
    private readonly tokenizer: Tokenizer,
    private readonly read = (line: string) => line,
  ) {}

  /** @param budget Tokens that the prompt may have: n_positions − maxNewTokens. */
  build(textBeforeCursor: string, budget: number): Prompt {
    const lines = textBeforeCursor.split(/\r\n|\n|\r/);
    const opensLine = lines.at(-1)?.trim() === '';
    const written = lines.map((line) => this.read(line).trim()).filter((line) => line !== '');
    const { lineBreak } = this.tokenizer;
    const reach = written.slice(firstWithinReach(written.length, budget));
    const known = this.#remembered;
    const tokens = new Map(reach.map((line) => [line, known.get(line) ?? this.tokenizer.encode(line)]));
    this.#remembered = tokens;
    const encoded = reach.map((line, i) => {
      const ids = tokens.get(line) ?? [];
      return lineBreak.length > 0 && (opensLine || i < reach.length - 1) ? [...ids, ...lineBreak] : ids;
    });
    const ids = cutAtLine(encoded, budget, this.#wanted).flat();
    // Where the window would stand without having been moved early, it may go on as if it never had been.
    if (this.#wanted > 0 && ids.length === cutAtLine(encoded, budget).flat().length) this.#wanted = 0;
    return { ids, opensLine };
  }

  /**
   * Moves the window of a nearly full prompt now, before the text outgrows it: positions are absolute, so all of what
   * the window then holds has to be evaluated again, and the writer should not have to wait for that.
   *
   * @returns The prompt of the moved window; `undefined` when there is room enough.
   */
  moveEarly(textBeforeCursor: string, budget: number): Prompt | undefined {
    const present = this.build(textBeforeCursor, budget);
    if (this.#wanted > 0) return undefined;
    this.#wanted = Math.min(ROOM_WANTED, budget >> 2);
    const moved = this.build(textBeforeCursor, budget);
    return moved.ids.length === present.ids.length ? undefined : moved;
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
 *
 * @param room Tokens of the budget that are to be left free: the next block is dropped so much earlier.
 */
export function cutAtLine(
  lines: readonly (readonly number[])[],
  budget: number,
  room = 0,
): readonly (readonly number[])[] {
  const limit = budget - room;
  const total = lines.reduce((sum, line) => sum + line.length, 0);
  if (total <= limit) return lines;
  const block = Math.max(1, budget >> 1);
  const dropAtLeast = Math.ceil((total - limit) / block) * block;
  let dropped = 0;
  let first = 0;
  while (first < lines.length - 1 && dropped < dropAtLeast) dropped += lines[first++]?.length ?? 0;
  const kept = lines.slice(first);
  const [only = []] = kept;
  return total - dropped <= limit ? kept : [only.slice(dropAtLeast - dropped)];
}
