import type { Gpt2Config } from '../checkpoint/config';
import { StreamingDecoder } from '../tokenizer/streaming-decoder';
import type { Tokenizer } from '../tokenizer/tokenizer';
import { type Random, seededRandom } from './random';
import { distribution, draw, type SamplingOptions } from './sampler';
import { beginsParagraph, sentenceEnd } from './stop-rules';
import type { HealingPiece } from './token-healing';

export interface GenerateOptions extends SamplingOptions {
  readonly maxNewTokens: number;
  readonly seed: number;
  readonly stopAt: 'sentence' | 'paragraph' | 'none';
  /**
   * Where a text ends that is to stop at a sentence, −1 while it goes on; an end at the end of the text may still move when
   * more comes. By default {@link sentenceEnd}.
   */
  readonly endOf?: (text: string) => number;
  /** Only suggestions that open a line: the cursor stands at the beginning of one. */
  readonly opensLine?: boolean;
  /**
   * What the first token may do besides going on: `end` the text, or the line; begin the `next-line`, whose line feed is then
   * part of the continuation, but not end the text; or nothing, and something is written in any case. By default `end`.
   */
  readonly atFirst?: 'end' | 'next-line' | 'go-on';
  /** Tokens that the first one must not be. */
  readonly notFirst?: ReadonlySet<number>;
  /** Never draws `<unk>`, `[PAD]` and their like; `</s>` still ends the text. */
  readonly textOnly?: boolean;
  /** The first token may stand in place of the last ones of the prompt, where it spells them and goes on. */
  readonly heals?: boolean;
}

export type Finish = 'end-of-text' | 'length' | 'sentence' | 'paragraph' | 'cancelled';

export interface Continuation {
  readonly text: string;
  /**
   * The tokens that made `text`: the first one may begin within the prompt, where that was healed, and the last one reach
   * beyond a sentence end inside a piece. `</s>` is not among them.
   */
  readonly ids: readonly number[];
  readonly finish: Finish;
}

/** One continuation of a prompt while its tokens are being drawn. It asks nobody for logits: it is given them. */
export class Sequence {
  readonly #ids: number[] = [];
  readonly #tokens: number[];
  readonly #endOf: (text: string) => number;
  #decoder: StreamingDecoder;
  #lineFeed = '';
  #first: number | undefined;
  readonly #random: Random;
  readonly #limit: number;
  #told = 0;
  #replaced = 0;

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
    this.#endOf = options.endOf ?? sentenceEnd;
  }

  /** The prompt and what has been drawn; less the end of the prompt where the first token stands in its place. */
  get tokens(): readonly number[] {
    return this.#tokens;
  }

  /** How many last tokens of the prompt the first token stands in place of. */
  get replaced(): number {
    return this.#replaced;
  }

  /** The token that was drawn first, whether it became text or not; undefined before. */
  get first(): number | undefined {
    return this.#first;
  }

  /**
   * Draws the next token from the logits [V] of the last one; the continuation once it is at its end.
   *
   * @param pieces May be drawn first, in place of the end of the prompt; `logits` is [V + pieces] then.
   */
  take(logits: Float32Array, pieces: readonly HealingPiece[] = []): Continuation | undefined {
    const { options } = this;
    const { stopAt, atFirst = 'end' } = options;
    const first = this.#first === undefined;
    const drawn = this.#draw(logits, first, pieces);
    const V = logits.length - pieces.length;
    const piece = drawn < V ? undefined : pieces[drawn - V];
    const id = piece?.id ?? drawn;
    this.#first ??= id;
    if (piece !== undefined) {
      this.#replaced = piece.replaced;
      const written = this.#tokens.splice(-piece.replaced);
      this.#decoder = new StreamingDecoder(this.tokenizer, this.#tokens, written);
    }
    const pending = stopAt === 'sentence' && this.#endOf(this.#text) >= 0;
    if (id === this.#endOfText) return this.#end(pending ? 'sentence' : 'end-of-text');
    const newLine = piece === undefined && this.#opensLine(id);
    if (first && newLine && atFirst === 'next-line') {
      this.#beginLine();
    } else if (stopAt !== 'none' && newLine && !(first && options.opensLine === true)) {
      return this.#end(pending ? 'sentence' : 'paragraph');
    }

    const before = this.#text.length;
    this.#decoder.push(id);
    const text = this.#text;
    if (stopAt === 'sentence') {
      const at = this.#endOf(text);
      if (at >= 0 && at < text.length) {
        if (at > before) this.#ids.push(id);
        return this.#end('sentence', at);
      }
    }
    this.#ids.push(id);
    this.#tokens.push(id);
    this.#tell(text.length);
    if (this.#ids.length < this.#limit) return undefined;
    this.#decoder.flush();
    return this.#end(stopAt === 'sentence' && this.#endOf(this.#text) >= 0 ? 'sentence' : 'length');
  }

  /** What has been drawn, when no more is wanted. */
  cancelled(): Continuation {
    return this.#end('cancelled');
  }

  get #endOfText(): number | undefined {
    return this.config.eos_token_id ?? this.tokenizer.specialIds.eos;
  }

  get #text(): string {
    return this.#lineFeed + this.#decoder.text;
  }

  #opensLine(id: number): boolean {
    return this.tokenizer.opensLine(id) && beginsParagraph(this.#decoder.textBefore);
  }

  /** A `▁` that opens a line stands for its line feed; a vocabulary without such a mark writes the line feed itself. */
  #beginLine(): void {
    if (!this.tokenizer.marksLines) return;
    this.#lineFeed = '\n';
    this.#decoder = new StreamingDecoder(this.tokenizer, []);
  }

  /** The index in `logits` of what is drawn. */
  #draw(logits: Float32Array, first: boolean, pieces: readonly HealingPiece[]): number {
    const { options, tokenizer } = this;
    const V = logits.length - pieces.length;
    const special = (id: number) => options.textOnly === true && id !== this.#endOfText && tokenizer.isSpecial(id);
    // Asked about each token of the vocabulary: a look behind either end of an array would take longer than all the rest.
    const allowed = (index: number) =>
      index < V
        ? !special(index) && (!first || this.#mayBeFirst(index))
        : options.notFirst?.has(pieces[index - V]?.id ?? -1) !== true;
    const restricted = options.textOnly === true || first;
    const repeated = pieces.flatMap(({ id }, i) => (this.#tokens.includes(id) ? [V + i] : []));
    const seen = [...this.#tokens, ...repeated];
    return draw(distribution(logits, options, seen, restricted ? allowed : undefined), this.#random);
  }

  #mayBeFirst(id: number): boolean {
    const { opensLine, atFirst = 'end', notFirst } = this.options;
    if (notFirst?.has(id) === true) return false;
    if (opensLine === true && this.tokenizer.marksLines && !this.tokenizer.opensLine(id)) return false;
    if (atFirst !== 'end' && id === this.#endOfText) return false;
    return atFirst !== 'go-on' || opensLine === true || !this.#opensLine(id);
  }

  #tell(length: number): void {
    if (length > this.#told) this.onText?.(this.#text.slice(this.#told, length));
    this.#told = Math.max(this.#told, length);
  }

  #end(finish: Finish, length = this.#text.length): Continuation {
    this.#tell(length);
    return { text: this.#text.slice(0, length), ids: this.#ids, finish };
  }
}
