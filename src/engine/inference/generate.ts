import { StreamingDecoder } from '../tokenizer/streaming-decoder';
import type { LanguageModel } from './language-model';
import { seededRandom } from './random';
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

export interface GenerateEvents {
  readonly signal?: AbortSignal | undefined;
  /** Gets the text as it grows: each call brings what is new. */
  readonly onText?: (added: string) => void;
  /** The prompt has been evaluated. */
  readonly onPrompt?: () => void;
}

/** The end of the prompt that leaves room for the continuation, and for at least one token of the prompt. */
export function fitPrompt(prompt: readonly number[], nPositions: number, maxNewTokens: number): readonly number[] {
  return prompt.slice(-Math.max(1, nPositions - maxNewTokens));
}

/**
 * Continues `prompt` by drawing token after token. An empty prompt is begun with `<s>`, as Hugging Face does.
 * Cancelling is no error: what was written until then comes back with finish `cancelled`.
 */
export async function generate(
  model: LanguageModel,
  prompt: readonly number[],
  options: GenerateOptions,
  events: GenerateEvents = {},
): Promise<Continuation> {
  const { tokenizer, config } = model;
  const eos = config.eos_token_id ?? tokenizer.specialIds.eos;
  const beginning = prompt.length > 0 ? prompt : [config.bos_token_id ?? tokenizer.specialIds.bos ?? 0];
  const tokens = [...fitPrompt(beginning, config.n_positions, options.maxNewTokens)];
  const limit = Math.min(options.maxNewTokens, config.n_positions - tokens.length);
  const random = seededRandom(options.seed);
  const decoder = new StreamingDecoder(tokenizer, options.opensLine === true ? [] : tokens);
  const ids: number[] = [];
  let told = 0;

  const tell = (length: number) => {
    if (length > told) events.onText?.(decoder.text.slice(told, length));
    told = Math.max(told, length);
  };
  const end = (finish: Finish, length = decoder.text.length): Continuation => {
    tell(length);
    return { text: decoder.text.slice(0, length), ids, finish };
  };

  for (;;) {
    let logits: Float32Array;
    try {
      logits = await model.logitsAfter(tokens, events.signal);
    } catch (error) {
      if (events.signal?.aborted === true) return end('cancelled');
      throw error;
    }
    if (ids.length === 0) events.onPrompt?.();
    const first = ids.length === 0;
    const allowed = (id: number) =>
      (options.textOnly !== true || id === eos || !tokenizer.isSpecial(id)) &&
      (!first || options.opensLine !== true || tokenizer.opensLine(id));
    const restricted = options.textOnly === true || (first && options.opensLine === true);
    const id = draw(distribution(logits, options, tokens, restricted ? allowed : undefined), random);

    const pending = options.stopAt === 'sentence' && sentenceEnd(decoder.text) >= 0;
    if (id === eos) return end(pending ? 'sentence' : 'end-of-text');
    const newLine = tokenizer.opensLine(id) && beginsParagraph(decoder.textBefore);
    if (options.stopAt !== 'none' && newLine && !(first && options.opensLine === true)) {
      return end(pending ? 'sentence' : 'paragraph');
    }

    const before = decoder.text.length;
    decoder.push(id);
    if (options.stopAt === 'sentence') {
      const at = sentenceEnd(decoder.text);
      if (at >= 0 && at < decoder.text.length) {
        if (at > before) ids.push(id);
        return end('sentence', at);
      }
    }
    ids.push(id);
    tokens.push(id);
    tell(decoder.text.length);
    if (ids.length >= limit) {
      decoder.flush();
      return end(options.stopAt === 'sentence' && sentenceEnd(decoder.text) >= 0 ? 'sentence' : 'length');
    }
  }
}
