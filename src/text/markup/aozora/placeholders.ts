// Characters that stand in the text while its marks are taken out. They are noncharacters of Unicode, which no text
// that is interchanged holds.

/** For a character that Unicode does not have. */
export const UNKNOWN_GAIJI = '\uFDD0';

/** Characters that would read as marks though a note asks for them as characters: ※［＃始め二重山括弧、1-1-52］ is 《. */
const MARKS = '《》｜［］＃※〔〕／＼';

const FIRST = 0xfdd1;

const PLACEHOLDERS = new RegExp(`[\uFDD1-${String.fromCharCode(FIRST + MARKS.length - 1)}]`, 'gu');

/** A placeholder for a character that is also a mark, any other character as it is. */
export function hideMark(character: string): string {
  const index = MARKS.indexOf(character);
  return index < 0 ? character : String.fromCharCode(FIRST + index);
}

/** The text with its hidden marks again. */
export function revealMarks(text: string): string {
  return text.replace(PLACEHOLDERS, (placeholder) => MARKS.charAt(placeholder.charCodeAt(0) - FIRST));
}
