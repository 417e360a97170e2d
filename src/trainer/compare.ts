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
 * Has a model continue a text as it was before it has learnt, then as it is after: one session, whose adapter is an input,
 * or two where other weights were trained. They draw as ghost text does that a writer has asked for, with its beginning,
 * end and typography. Its filters are left out: they decide what is worth offering, and here it is to be seen what the
 * models write.
 *
 * @throws the signal's reason when aborted, {CheckpointError} when the model or the adapter cannot be used
 */
export async function compare(params: CompareParams, { onDrawn, signal }: CompareObserver): Promise<void> {
  const { text: before, seed, count, sampling, stopAt, dtype, threads, cacheFolder } = params;
  const open = (made: string | undefined) =>
    LanguageModel.open(params.model, {
      adapterFolder: made,
      cacheFolder,
      ...(dtype === 'default' ? {} : { precision: dtype }),
      ...(threads === undefined ? {} : { threads }),
    });
  const draw = async (model: LanguageModel, when: Drawn['when']) => {
    const prompts = new PromptBuilder(model.tokenizer, withoutInlineMarks);
    const unwritable = unwritableMarks(model.tokenizer);
    const place = { before, restOfLine: '' };
    const seeds = Array.from({ length: count }, (_, i) => sequenceSeed(seed, i));
    const { continuations } = await drawAt(model, prompts, { place, sampling, stopAt, seeds, asked: true, signal });
    signal.throwIfAborted();
    onDrawn({ when, texts: continuations.map(({ text }) => restoreTypography(text, before, unwritable)) });
  };

  const after = await open(params.adapter);
  try {
    const { adapter } = after;
    if (adapter === undefined) {
      const model = await open(params.from);
      await draw(model, 'before').finally(() => model.close());
    } else {
      const { from } = params;
      await after.useAdapter(from === undefined ? undefined : await openAdapter(from, after.config, params.model));
      await draw(after, 'before');
      await after.useAdapter(adapter);
    }
    await draw(after, 'after');
  } finally {
    await after.close();
  }
}
