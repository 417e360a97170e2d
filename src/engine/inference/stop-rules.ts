const ENDERS = '。！？!?';
const CLOSERS = '」』）)〉》】〕”’"';
const SENTENCE_END = new RegExp(`[${ENDERS}][${ENDERS}${CLOSERS}]*`);

/**
 * Where the first sentence of a continuation ends: after 。！？!? and any brackets that close behind it. −1 when it goes
 * on. An end at the very end of the text is only known to be one when the next character is no closing bracket.
 */
export function sentenceEnd(text: string): number {
  const match = SENTENCE_END.exec(text);
  return match === null ? -1 : match.index + match[0].length;
}

/**
 * Whether a piece that begins with `▁` opens a new line here. Texts are trained line by line, each with a `▁` in front;
 * after ! or ? the same mark is the space of 「！　」.
 */
export function beginsParagraph(textBefore: string): boolean {
  return !/[!?！？]$/.test(textBefore);
}
