const CLOSERS = '」』）)〉》】〕”’';

/** An end of a sentence with its brackets and the space behind ！ and ？, or a line of speech right before the next. */
const SENTENCE_END = new RegExp(`[。！？!?][。！？!?${CLOSERS}]*[ 　]?|[」』](?=[「『])`, 'gu');
/** 「行こう。」と言った goes on, and so does まさか！と叫んだ. */
const GOES_ON = new RegExp(`(?:[${CLOSERS}](?=[とがはをにのもで、])|[！？!?](?=と[言い叫思聞呼、]))`, 'u');

/**
 * Where the sentences of a text meet: the indices (UTF-16 units) at which one begins, ascending, beginning and end of the
 * text left out. A line break begins a sentence, with the indentation behind it.
 */
export function sentenceBoundaries(text: string): number[] {
  const boundaries = new Set<number>();
  for (const { index, 0: end } of text.matchAll(SENTENCE_END)) {
    const next = index + end.length;
    if (!GOES_ON.test(text.slice(next - 1, next + 2))) boundaries.add(next);
  }
  for (const { index, 0: lineBreak } of text.matchAll(/\s*\n\s*/gu)) {
    for (let within = 1; within <= lineBreak.length; within++) boundaries.delete(index + within);
    boundaries.add(index);
  }
  return [...boundaries].filter((index) => index > 0 && index < text.length).sort((a, b) => a - b);
}
