import { openAdapter } from '../engine/checkpoint/peft-adapter';
import { LanguageModel } from '../engine/inference/language-model';
import { PromptBuilder } from '../engine/inference/prompt';
import { sequenceSeed } from '../engine/inference/random';
import { unwritableMarks } from '../engine/tokenizer/tokenizer-card';
import type { CompareParams, Drawn } from '../protocol/comparison';
import { drawAt } from '../suggestion/draw-at';
import { withoutInlineMarks } from '../text/markup/inline-marks';
import { restoreTypography } from '../text/typography/restore-typography';

export interface CompareObserver {
  readonly onDrawn: (drawn: Drawn) => void;
  readonly signal: AbortSignal;
}

/**
 * Has a model continue a text as it was before it has learnt, then with its adapter: one session, whose adapter is an
 * input, and the draws of ghost text that a writer has asked for, with its beginning, end and typography. Its filters are
 * left out: they decide what is worth offering, and here it is to be seen what the models write.
 *
 * @throws the signal's reason when aborted, {CheckpointError} when the model or the adapter cannot be used
 */
export async function compare(params: CompareParams, { onDrawn, signal }: CompareObserver): Promise<void> {
  const { text: before, seed, count, sampling, stopAt, dtype, threads, cacheFolder } = params;
  const model = await LanguageModel.open(params.model, {
    adapterFolder: params.adapter,
    cacheFolder,
    ...(dtype === 'default' ? {} : { precision: dtype }),
    ...(threads === undefined ? {} : { threads }),
  });
  try {
    const { adapter } = model;
    const prompts = new PromptBuilder(model.tokenizer, withoutInlineMarks);
    const unwritable = unwritableMarks(model.tokenizer);
    const place = { before, restOfLine: '' };
    const seeds = Array.from({ length: count }, (_, i) => sequenceSeed(seed, i));
    const earlier = params.from === undefined ? undefined : await openAdapter(params.from, model.config, params.model);
    for (const when of ['before', 'after'] as const) {
      await model.useAdapter(when === 'before' ? earlier : adapter);
      const { continuations } = await drawAt(model, prompts, { place, sampling, stopAt, seeds, asked: true, signal });
      signal.throwIfAborted();
      onDrawn({ when, texts: continuations.map(({ text }) => restoreTypography(text, before, unwritable)) });
    }
  } finally {
    await model.close();
  }
}
