import { lastLine } from '../../text/typography/brackets';

/** Marks that enclose, of 青空文庫 and of ruby: what they open is worth nothing until it is closed. */
const ENCLOSING = [
  { open: '［＃', close: '］' },
  { open: '《', close: '》' },
] as const;

/**
 * Drops what a suggestion leaves half-written of ruby and notes: everything from a ［＃ or 《 that it does not close, and
 * from a ｜ whose ruby never comes. A mark that the writer has begun is finished or nothing is suggested; a ruby that the
 * writer has begun needs no ｜.
 */
export function dropUnfinishedMarks(suggestion: string, before: string): string {
  const line = lastLine(before);
  let kept = suggestion;
  for (const { open, close } of ENCLOSING) {
    const text = line + kept;
    const at = text.lastIndexOf(open);
    if (at >= 0 && !text.includes(close, at)) kept = at < line.length ? '' : kept.slice(0, at - line.length);
  }
  const bar = kept.lastIndexOf('｜');
  return bar >= 0 && !kept.includes('《', bar) ? kept.slice(0, bar) : kept;
}
