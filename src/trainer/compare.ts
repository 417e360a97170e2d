import { openAdapter } from '../engine/checkpoint/peft-adapter';
import { continuationsAt } from '../engine/inference/continuations';
import { LanguageModel } from '../engine/inference/language-model';
import { PromptBuilder } from '../engine/inference/prompt';
import { sequenceSeed } from '../engine/inference/random';
import { unwritableMarks } from '../engine/tokenizer/tokenizer-card';
import type { CompareParams, Drawn } from '../protocol/comparison';
import { withoutInlineMarks } from '../text/markup/inline-marks';
import { stopRule } from '../text/phrases/suggestion-end';
import { restoreTypography } from '../text/typography/restore-typography';

export interface CompareObserver {
  readonly onDrawn: (drawn: Drawn) => void;
  readonly signal: AbortSignal;
}

/**
 * Has a model continue a text as it was before it has learnt, then with its adapter: one session, whose adapter is an input, and prompt, window,
 * seeds and typography as ghost text has them. Its filters are left out: they decide what is worth offering, and here it is
 * to be seen what the models write.
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
    const rule = stopRule(stopAt, before);
    const unwritable = unwritableMarks(model.tokenizer);
    const seeds = Array.from({ length: count }, (_, i) => sequenceSeed(seed, i));
    const earlier = params.from === undefined ? undefined : await openAdapter(params.from, model.config, params.model);
    for (const when of ['before', 'after'] as const) {
      await model.useAdapter(when === 'before' ? earlier : adapter);
      const { continuations } = await continuationsAt(model, prompts, {
        before,
        sampling: { ...sampling, ...rule },
        stopAt: rule.stopAt,
        seeds,
        signal,
      });
      signal.throwIfAborted();
      onDrawn({ when, texts: continuations.map(({ text }) => restoreTypography(text, before, unwritable)) });
    }
  } finally {
    await model.close();
  }
}
