import { continuationsAt } from '../../engine/inference/continuations';
import type { LanguageModel } from '../../engine/inference/language-model';
import { PromptBuilder } from '../../engine/inference/prompt';
import { sequenceSeed } from '../../engine/inference/random';
import { unwritableMarks } from '../../engine/tokenizer/tokenizer-card';
import { DEFAULT_SETTINGS } from '../../protocol/settings';
import { emptiedBy, filterSuggestions } from '../../server/filters/filter-suggestions';
import { wantsContinuation } from '../../server/wants-continuation';

const { sampling, stopAt } = DEFAULT_SETTINGS;
const GREEDY = { ...sampling, temperature: 0 } as const;

/** Draws are the same each time: of each place in a text its own. */
const SEED = 1;

/**
 * The suggestions that a writer with default settings would see at the end of a text: prompt, window and filters are the
 * language server's own.
 */
export class GhostText {
  readonly #prompts: PromptBuilder;
  readonly #unwritable: ReadonlySet<string>;
  readonly #greedy = new Map<string, string>();
  readonly #emptied = new Map<string, number>();
  #ms = 0;

  constructor(private readonly model: LanguageModel) {
    this.#prompts = new PromptBuilder(model.tokenizer);
    this.#unwritable = unwritableMarks(model.tokenizer);
  }

  /** Milliseconds of each greedy suggestion, filters included, on average; 0 before the first. */
  get msPerSuggestion(): number {
    return this.#greedy.size === 0 ? 0 : this.#ms / this.#greedy.size;
  }

  /** How many greedy continuations could not be shown, by what left nothing of them. */
  get emptied(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#emptied);
  }

  /** The likeliest continuation; none where ghost text is not offered, or nothing of it may be shown. */
  async greedy(before: string): Promise<readonly string[]> {
    const place = { before, restOfLine: '' };
    return wantsContinuation(place)
      ? filterSuggestions([await this.#continuation(before)], place, this.#unwritable)
      : [];
  }

  /** The likeliest continuation, and others drawn with the default settings: `count` in all, each different. */
  async alternatives(before: string, count: number): Promise<readonly string[]> {
    const place = { before, restOfLine: '' };
    if (!wantsContinuation(place)) return [];
    const greedy = await this.#continuation(before);
    const drawn = count - 1;
    const seeds = Array.from({ length: drawn }, (_, i) => sequenceSeed(SEED, before.length * drawn + i));
    const { continuations } = await continuationsAt(this.model, this.#prompts, { before, sampling, stopAt, seeds });
    return filterSuggestions([greedy, ...continuations.map(({ text }) => text)], place, this.#unwritable);
  }

  async #continuation(before: string): Promise<string> {
    const known = this.#greedy.get(before);
    if (known !== undefined) return known;
    const start = performance.now();
    const request = { before, sampling: GREEDY, stopAt, seeds: [0] };
    const { continuations } = await continuationsAt(this.model, this.#prompts, request);
    const { text = '' } = continuations[0] ?? {};
    const emptied = emptiedBy(text, { before, restOfLine: '' }, this.#unwritable);
    this.#ms += performance.now() - start;
    if (emptied !== undefined) this.#emptied.set(emptied, (this.#emptied.get(emptied) ?? 0) + 1);
    this.#greedy.set(before, text);
    return text;
  }
}
