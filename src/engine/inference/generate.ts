import type { LanguageModel } from './language-model';
import { type Continuation, type GenerateOptions, Sequence } from './sequence';
import { type HealingPiece, healedLogits, healingPieces, rowsToHeal } from './token-healing';
import { unlessAborted } from './unless-aborted';

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
  { signal, onText, onPrompt }: GenerateEvents = {},
): Promise<Continuation> {
  const beginning = begun(model, prompt, options);
  const sequence = new Sequence(model.tokenizer, model.config, beginning, options, onText);
  const pieces = options.heals === true ? healingPieces(model.tokenizer, beginning) : [];
  const first = await logitsToBegin(model, beginning, pieces, signal);
  if (first === undefined) return sequence.cancelled();
  onPrompt?.();
  let end = sequence.take(first, pieces);
  while (end === undefined) {
    const logits = await unlessAborted(model.logitsAfter(sequence.tokens, { signal }), signal);
    end = logits === undefined ? sequence.cancelled() : sequence.take(logits);
  }
  return end;
}

/**
 * Several continuations of one prompt, each with a seed of its own, their tokens evaluated together: the weights are read
 * once for all of them, and they share what is kept of the prompt. Afterwards the model holds the first one, which is the
 * one that is shown.
 *
 * @param distinct Each begins with another token than all the others, so that they differ however low the temperature is.
 * @returns A continuation for each seed, as {@link generate} gives it.
 */
export async function generateAlternatives(
  model: LanguageModel,
  prompt: readonly number[],
  {
    seeds,
    distinct = false,
    ...options
  }: Omit<GenerateOptions, 'seed'> & { readonly seeds: readonly number[]; readonly distinct?: boolean },
  { signal }: Pick<GenerateEvents, 'signal'> = {},
): Promise<Continuation[]> {
  const beginning = begun(model, prompt, { ...options, seed: 0 });
  const together = model.branchesBeside(beginning.length, options.maxNewTokens);
  const pieces = options.heals === true ? healingPieces(model.tokenizer, beginning) : [];
  const continuations: Continuation[] = [];
  const taken = new Set(options.notFirst);
  // From the last group to the first: the very first continuation is what the model holds in the end.
  for (let end = seeds.length; end > 0; end -= together) {
    const group = seeds.slice(Math.max(0, end - together), end);
    const sequences = group.map((seed) => {
      const notFirst = distinct ? taken : options.notFirst;
      const own = { ...options, seed, ...(notFirst !== undefined && { notFirst }) };
      return new Sequence(model.tokenizer, model.config, beginning, own);
    });
    continuations.unshift(...(await drawTogether(model, { beginning, pieces, sequences, taken, signal })));
  }
  return continuations;
}

/** Sequences that are drawn side by side. */
interface Group {
  readonly beginning: readonly number[];
  /** May replace the end of the beginning. */
  readonly pieces: readonly HealingPiece[];
  readonly sequences: readonly Sequence[];
  /** First tokens, those of these sequences are added. */
  readonly taken: Set<number>;
  readonly signal: AbortSignal | undefined;
}

async function drawTogether(
  model: LanguageModel,
  { beginning, pieces, sequences, taken, signal }: Group,
): Promise<Continuation[]> {
  const logits = await logitsToBegin(model, beginning, pieces, signal);
  if (logits === undefined) return sequences.map((sequence) => sequence.cancelled());
  const branches = model.branches();
  try {
    const ends = sequences.map((sequence, branch) => {
      const end = sequence.take(logits, pieces);
      if (sequence.first !== undefined) taken.add(sequence.first);
      branches.leave(branch, sequence.replaced);
      return end;
    });
    while (signal?.aborted !== true) {
      const live = sequences.flatMap((sequence, branch) => (ends[branch] === undefined ? [{ sequence, branch }] : []));
      if (live.length === 0) break;
      const rows = await branches.step(
        live.map(({ sequence, branch }) => ({ branch, id: sequence.tokens.at(-1) ?? 0 })),
      );
      live.forEach(({ sequence, branch }, row) => {
        const own = rows[row];
        if (own !== undefined) ends[branch] = sequence.take(own);
      });
    }
    return sequences.map((sequence, i) => ends[i] ?? sequence.cancelled());
  } finally {
    branches.keep(0);
  }
}

/** What may follow the prompt, [V + pieces]; undefined when the signal ended the work. */
async function logitsToBegin(
  model: LanguageModel,
  beginning: readonly number[],
  pieces: readonly HealingPiece[],
  signal: AbortSignal | undefined,
): Promise<Float32Array | undefined> {
  const rows = await unlessAborted(model.logitsAfter(beginning, { signal }, rowsToHeal(pieces)), signal);
  return rows && healedLogits(rows, beginning, pieces);
}

/** The prompt as the model is given it. */
function begun(
  { config, tokenizer }: LanguageModel,
  prompt: readonly number[],
  { maxNewTokens }: GenerateOptions,
): readonly number[] {
  const beginning = prompt.length > 0 ? prompt : [config.bos_token_id ?? tokenizer.specialIds.bos ?? 0];
  return fitPrompt(beginning, config.n_positions, maxNewTokens);
}
