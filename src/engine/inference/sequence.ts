import type { Gpt2Config } from '../checkpoint/config';
import { StreamingDecoder } from '../tokenizer/streaming-decoder';
import type { Tokenizer } from '../tokenizer/tokenizer';
import { type Random, seededRandom } from './random';
import { distribution, draw, type SamplingOptions } from './sampler';
import { beginsParagraph, sentenceEnd } from './stop-rules';

export interface GenerateOptions extends SamplingOptions {
  readonly maxNewTokens: number;
  readonly seed: number;
  readonly stopAt: 'sentence' | 'paragraph' | 'none';
  /** Only suggestions that open a line: the cursor stands at the beginning of one. */
  readonly opensLine?: boolean;
  /** Never draws `<unk>`, `[PAD]` and their like; `</s>` still ends the text. */
  readonly textOnly?: boolean;
}

export type Finish = 'end-of-text' | 'length' | 'sentence' | 'paragraph' | 'cancelled';

export interface Continuation {
  readonly text: string;
  /** The tokens that made `text`; the last one may reach beyond a sentence end inside a piece. `</s>` is not among them. */
  readonly ids: readonly number[];
  readonly finish: Finish;
}

/** One continuation of a prompt while its tokens are being drawn. It asks nobody for logits: it is given them. */
export class Sequence {
  readonly #ids: number[] = [];
  readonly #tokens: number[];
  readonly #decoder: StreamingDecoder;
  readonly #random: Random;
  readonly #limit: number;
  #told = 0;

  /**
   * @param prompt Fits into the model's positions together with the new tokens, or fewer are drawn.
   * @param onText Gets the text as it grows: each call brings what is new.
   */
  constructor(
    private readonly tokenizer: Tokenizer,
    private readonly config: Gpt2Config,
    prompt: readonly number[],
    private readonly options: GenerateOptions,
    private readonly onText?: (added: string) => void,
  ) {
    this.#tokens = [...prompt];
    this.#limit = Math.min(options.maxNewTokens, config.n_positions - prompt.length);
    this.#decoder = new StreamingDecoder(tokenizer, options.opensLine === true ? [] : prompt);
    this.#random = seededRandom(options.seed);
  }

  /** The prompt and what has been drawn. */
  get tokens(): readonly number[] {
    return this.#tokens;
  }

  /** Draws the next token from the logits [V] of the last one; the continuation once it is at its end. */
  take(logits: Float32Array): Continuation | undefined {
    const { options, tokenizer } = this;
    const { stopAt } = options;
    const first = this.#ids.length === 0;
    const id = this.#draw(logits, first);
    const decoder = this.#decoder;
    const pending = stopAt === 'sentence' && sentenceEnd(decoder.text) >= 0;
    if (id === this.#endOfText) return this.#end(pending ? 'sentence' : 'end-of-text');
    const newLine = tokenizer.opensLine(id) && beginsParagraph(decoder.textBefore);
    if (stopAt !== 'none' && newLine && !(first && options.opensLine === true)) {
      return this.#end(pending ? 'sentence' : 'paragraph');
    }

    const before = decoder.text.length;
    decoder.push(id);
    if (stopAt === 'sentence') {
      const at = sentenceEnd(decoder.text);
      if (at >= 0 && at < decoder.text.length) {
        if (at > before) this.#ids.push(id);
        return this.#end('sentence', at);
      }
    }
    this.#ids.push(id);
    this.#tokens.push(id);
    this.#tell(decoder.text.length);
    if (this.#ids.length < this.#limit) return undefined;
    decoder.flush();
    return this.#end(stopAt === 'sentence' && sentenceEnd(decoder.text) >= 0 ? 'sentence' : 'length');
  }

  /** What has been drawn, when no more is wanted. */
  cancelled(): Continuation {
    return this.#end('cancelled');
  }

  get #endOfText(): number | undefined {
    return this.config.eos_token_id ?? this.tokenizer.specialIds.eos;
  }

  #draw(logits: Float32Array, first: boolean): number {
    const { options, tokenizer } = this;
    const opens = first && options.opensLine === true && tokenizer.marksLines;
    const allowed = (id: number) =>
      (options.textOnly !== true || id === this.#endOfText || !tokenizer.isSpecial(id)) &&
      (!opens || tokenizer.opensLine(id));
    const restricted = options.textOnly === true || opens;
    return draw(distribution(logits, options, this.#tokens, restricted ? allowed : undefined), this.#random);
  }

  #tell(length: number): void {
    if (length > this.#told) this.onText?.(this.#decoder.text.slice(this.#told, length));
    this.#told = Math.max(this.#told, length);
  }

  #end(finish: Finish, length = this.#decoder.text.length): Continuation {
    this.#tell(length);
    return { text: this.#decoder.text.slice(0, length), ids: this.#ids, finish };
  }
}
