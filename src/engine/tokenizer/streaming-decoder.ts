import type { Tokenizer } from './tokenizer';

/** Tokens of the prompt that decide how the first new one reads. */
const CONTEXT = 8;

/** Turns tokens into text one by one: what was said never changes, and half a character is never said. */
export class StreamingDecoder {
  readonly #ids: number[] = [];
  readonly #context: readonly number[];
  readonly #contextText: string;
  #text = '';

  /**
   * @param prompt The tokens before; empty where a new line begins, so that its `▁` is no space.
   * @param written Tokens that the first one that is pushed stands in place of: it spells them, and goes on.
   */
  constructor(
    private readonly tokenizer: Tokenizer,
    prompt: readonly number[],
    written: readonly number[] = [],
  ) {
    this.#context = prompt.slice(-CONTEXT);
    this.#contextText = tokenizer.decode([...this.#context, ...written]);
  }

  /** The text of all tokens pushed so far, less a character that is not yet complete. */
  get text(): string {
    return this.#text;
  }

  /** The end of the prompt and the text so far. */
  get textBefore(): string {
    return this.#contextText + this.#text;
  }

  push(id: number): void {
    this.#ids.push(id);
    this.#text = this.#decode().replace(/\uFFFD+$/u, '');
  }

  /** No more tokens come: half a character becomes U+FFFD. */
  flush(): void {
    this.#text = this.#decode();
  }

  #decode(): string {
    return this.tokenizer.decode([...this.#context, ...this.#ids]).slice(this.#contextText.length);
  }
}
