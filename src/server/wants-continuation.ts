import { isJapanese, isLineEnd } from '../text/japanese';
import type { Place } from './offered-suggestions';

/** Characters before the cursor that decide whether a document is Japanese. */
const LANGUAGE_WINDOW = 400;

/** Whether the cursor stands at the end of a line of Japanese prose. */
export function wantsContinuation({ before, restOfLine }: Place): boolean {
  return isLineEnd(restOfLine) && isJapanese(before.slice(-LANGUAGE_WINDOW));
}
