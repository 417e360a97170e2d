import { CLOSING } from '../typography/brackets';

/** As much of it as shows a voice. */
const LONGEST = 300;

const COMPLETE = new RegExp(`[。．！？!?…‥―—─${CLOSING.replace(/[[\]]/gu, '\\$&')}]$`, 'u');

/**
 * The last paragraph of a text as something to be continued: the line that the text ends in, of a very long one the end,
 * and a line feed behind it where its last sentence is complete, so that what comes next opens a paragraph.
 */
export function lastParagraph(text: string): string {
  const line = text.trimEnd().split('\n').at(-1) ?? '';
  const characters = [...line];
  const end = characters.length > LONGEST ? characters.slice(-LONGEST).join('') : line;
  return COMPLETE.test(end) ? `${end}\n` : end;
}
