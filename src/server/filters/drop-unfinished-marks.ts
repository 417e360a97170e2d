import { wholeMarks } from '../../text/markup/inline-marks';
import { lastLine } from '../../text/typography/brackets';

/**
 * Drops what a suggestion leaves half-written of ruby, emphasis and notes (｜漢字《かんじ》, 《《…》》, ［＃…］), and all that
 * follows it. A mark that the writer has begun is finished, or nothing is suggested; a ruby that the writer has begun needs
 * no ｜.
 */
export function dropUnfinishedMarks(suggestion: string, before: string): string {
  return suggestion.slice(0, wholeMarks(suggestion, lastLine(before)));
}
