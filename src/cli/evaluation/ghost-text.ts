import type { LanguageModel } from '../../engine/inference/language-model';
import { PromptBuilder } from '../../engine/inference/prompt';
import { sequenceSeed } from '../../engine/inference/random';
import { unwritableMarks } from '../../engine/tokenizer/tokenizer-card';
import { DEFAULT_SETTINGS } from '../../protocol/settings';
import { dropDuplicates } from '../../server/filters/drop-duplicates';
import { emptiedBy } from '../../server/filters/filter-suggestions';
import { type SuggestionRequest, type Suggestions, suggestionsAt } from '../../server/suggestions';
import { wantsContinuation } from '../../server/wants-continuation';
import { withoutInlineMarks } from '../../text/markup/inline-marks';

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
  readonly #greedy = new Map<string, readonly string[]>();
  readonly #emptied = new Map<string, number>();
  #ms = 0;

  constructor(private readonly model: LanguageModel) {
    this.#prompts = new PromptBuilder(model.tokenizer, withoutInlineMarks);
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
    const known = this.#greedy.get(before);
    if (known !== undefined) return known;
    const place = { before, restOfLine: '' };
    if (!wantsContinuation(place)) return [];
    const start = performance.now();
    const { texts, drawn } = await this.#suggestions({ place, sampling: GREEDY, seed: 0, count: 1, asked: false });
    this.#ms += performance.now() - start;
    this.#greedy.set(before, texts);
    const emptied = texts.length > 0 ? undefined : emptiedBy(drawn[0]?.text ?? '', place, this.#unwritable);
    if (emptied !== undefined) this.#emptied.set(emptied, (this.#emptied.get(emptied) ?? 0) + 1);
    return texts;
  }

  /** The likeliest continuation, and others drawn with the default settings: `count` in all, each different. */
  async alternatives(before: string, count: number): Promise<readonly string[]> {
    const place = { before, restOfLine: '' };
    if (!wantsContinuation(place)) return [];
    const greedy = await this.greedy(before);
    const seed = sequenceSeed(SEED, before.length * count);
    const { texts } = await this.#suggestions({ place, sampling, seed, count: count - 1, asked: false });
    return dropDuplicates([...greedy, ...texts]);
  }

  #suggestions(request: Omit<SuggestionRequest, 'stopAt' | 'unwritable'>): Promise<Suggestions> {
    return suggestionsAt(this.model, this.#prompts, { ...request, stopAt, unwritable: this.#unwritable });
  }
}
