import { restoreAlphanumerics } from './alphanumerics';
import { restoreDashes } from './dashes';
import { LOST_TO_NFKC, restoreFullWidth } from './full-width';
import { keepKinsoku } from './kinsoku';
import { restoreParagraphs } from './paragraphs';
import { restoreQuotation } from './quotation';
import { restoreSpaces } from './spaces';

/** Characters before the cursor from which the author's habits are learnt: some chapters. */
const HABIT_WINDOW = 20_000;

/** In this order: spaces are judged by the marks before them, brackets by all that is left. */
const STEPS: readonly ((continuation: string, before: string, unwritable: ReadonlySet<string>) => string)[] = [
  restoreFullWidth,
  restoreDashes,
  restoreAlphanumerics,
  restoreSpaces,
  restoreParagraphs,
  restoreQuotation,
  keepKinsoku,
];

/**
 * Gives a continuation the typography of the document: what the tokenizer took away, and what is the author's habit, learnt
 * from the text before the cursor. Only the continuation changes; it may come out empty.
 *
 * @param unwritable Characters that the model's tokenizer cannot write; what it can write was meant.
 */
export function restoreTypography(continuation: string, before: string, unwritable = LOST_TO_NFKC): string {
  const recent = before.slice(-HABIT_WINDOW);
  return STEPS.reduce((text, step) => step(text, recent, unwritable), continuation);
}
