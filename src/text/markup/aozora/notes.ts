import { gaijiOfNote } from './gaiji';
import { hideMark, UNKNOWN_GAIJI } from './placeholders';

/**
 * Takes out the notes ［＃…］ of 青空文庫, however deep one quotes another, and puts its character in place of a ※［＃…］:
 * where Unicode has none, the placeholder of an unknown one. A line that was nothing but notes goes with them.
 */
export function withoutNotes(text: string): string {
  if (!text.includes('［＃')) return text;
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    const rest = line.includes('［＃') ? lineWithoutNotes(line) : line;
    if (rest === line || rest.trim() !== '') lines.push(rest);
  }
  return lines.join('\n');
}

function lineWithoutNotes(line: string): string {
  const rest: string[] = [];
  const open: number[] = [];
  for (const character of line) {
    if (character === '［') open.push(rest.length);
    const start = character === '］' ? open.pop() : undefined;
    if (start === undefined || rest[start + 1] !== '＃') {
      rest.push(character);
      continue;
    }
    const note = rest.slice(start + 2).join('');
    rest.length = start;
    if (rest.at(-1) === '※') rest.splice(-1, 1, gaiji(note));
  }
  return rest.join('');
}

function gaiji(note: string): string {
  const character = gaijiOfNote(note);
  return character === undefined ? UNKNOWN_GAIJI : hideMark(character);
}
