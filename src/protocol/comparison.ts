import type { ManuscriptSource } from './manuscripts';
import type { DtypeSetting, SamplingSettings, StopAt } from './settings';

/** Request to the trainer: {@link CompareParams}, answered by nothing once both models have written. */
export const COMPARE_METHOD = 'tsuzuki/compare';

/** Notification from the trainer while it compares: {@link Drawn}, first as it was before, then as it is after. */
export const DRAWN_METHOD = 'tsuzuki/drawn';

/** Request to the trainer: {@link LastParagraphParams}, answered by a {@link LastParagraph}. */
export const LAST_PARAGRAPH_METHOD = 'tsuzuki/lastParagraph';

/** Has a model continue the same text with the same seeds, as it was before it has learnt and as it is after. */
export interface CompareParams {
  /** Hugging Face folder of the base model. */
  readonly model: string;
  /** What was taught further; missing where there was nothing but the base. */
  readonly from?: string;
  /** What has learnt: a PEFT folder, or that of a model which was trained whole. */
  readonly adapter: string;
  /** What is continued, as ghost text would at its end. */
  readonly text: string;
  /** Of the first continuation; the others have seeds that follow from it, as alternatives of ghost text do. */
  readonly seed: number;
  /** How many continuations each of the two writes. */
  readonly count: number;
  readonly sampling: Omit<SamplingSettings, 'seed' | 'alternatives'>;
  readonly stopAt: StopAt;
  readonly dtype: DtypeSetting;
  /** Missing lets the machine decide. */
  readonly threads?: number;
  readonly cacheFolder: string;
}

/** What it has written before or after it has learnt. */
export interface Drawn {
  readonly when: 'before' | 'after';
  /** `count` continuations, in the typography of the text before; empty ones where the text would end. */
  readonly texts: readonly string[];
}

export interface LastParagraphParams {
  /** The one that was written last is read, or, where that is no Japanese prose, the one before it. */
  readonly files: readonly ManuscriptSource[];
}

export interface LastParagraph {
  /** Missing where no file holds Japanese prose. */
  readonly text?: string;
}
