import type { Place } from '../suggestion/place';
import { isJapanese, isLineEnd } from '../text/japanese';
import { openMark } from '../text/markup/inline-marks';
import { lastLine } from '../text/typography/brackets';

/** Characters before the cursor that decide whether a document is Japanese. */
const LANGUAGE_WINDOW = 400;

/**
 * Whether the cursor stands in Japanese prose, where it may be continued: at the end of a line and in no mark of ruby or
 * notes, or wherever the writer asks for it.
 */
export function wantsContinuation({ before, restOfLine }: Place, asked = false): boolean {
  if (!isJapanese(before.slice(-LANGUAGE_WINDOW))) return false;
  return asked || (isLineEnd(restOfLine) && openMark(lastLine(before)) === undefined);
}
