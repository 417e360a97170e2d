import { lastLine, OPENING } from './brackets';
import { LOST_TO_NFKC } from './full-width';

/** How the lines of a document begin and are kept apart. */
interface Habit {
  /** Whether narration begins with a full-width space; `undefined` when there is none to learn from. */
  readonly narration: boolean | undefined;
  /** The same of lines that begin with a bracket. */
  readonly speech: boolean | undefined;
  readonly lineBreak: '\n' | '\n\n';
}

/** The mark of a new line that models trained line by line write: a space that no Japanese text has there. */
const NEW_LINE = /(?<=[。」』）〉》】…―—─]) (?=[^\x21-\x7e\s])|(?<=[^\x20-\x7e\s]) (?=[「『])/gu;
/** Any other half-width space between two Japanese characters was a full-width one. */
const FULL_WIDTH_SPACE = /(?<=[^\x20-\x7e\s]) (?=[^\x20-\x7e\s])/gu;

/**
 * Line breaks where the model begins a new line, blank lines between if the document has them, and 字下げ as the document
 * has it, for narration and for speech. A space stands for a line feed or a full-width space only where the model cannot
 * write these.
 *
 * @param unwritable Characters that the model's tokenizer cannot write.
 */
export function restoreParagraphs(continuation: string, before: string, unwritable = LOST_TO_NFKC): string {
  const habit = habitOf(before);
  const line = lastLine(before);
  const broken = unwritable.has('\n') ? continuation.replace(NEW_LINE, '\n') : continuation;
  const spaced = unwritable.has('　') ? broken.replace(FULL_WIDTH_SPACE, '　') : broken;
  const [first = '', ...others] = spaced.split(/\n+/u);
  const beginning = line === '' ? indented(first, habit) : line.trim() === '' ? first.trimStart() : first;
  return [beginning, ...others.map((other) => indented(other, habit))].join(habit.lineBreak);
}

function indented(line: string, { narration, speech }: Habit): string {
  const text = line.trimStart();
  const indents = beginsWithBracket(text) ? speech : narration;
  if (indents === undefined || text === '') return line;
  return indents ? `　${text}` : text;
}

function habitOf(before: string): Habit {
  const lines = before.split(/\r?\n/u);
  // What the cursor stands in may be the one line there is; marks of Markdown and LaTeX are no prose.
  const prose = lines.filter((line) => /^[　 \t]*[^\x21-\x7e\s]/u.test(line));
  const share = (some: readonly string[]) =>
    some.length === 0 ? undefined : some.filter((line) => line.startsWith('　')).length * 2 > some.length;
  const isSpeech = (line: string) => beginsWithBracket(line.trimStart());
  const written = [...lines.keys()].filter((i) => lines[i]?.trim() !== '');
  const blank = written.filter((line, i) => i > 0 && line - (written[i - 1] ?? line) > 1).length;
  return {
    narration: share(prose.filter((line) => !isSpeech(line))),
    speech: share(prose.filter(isSpeech)),
    lineBreak: blank * 2 > written.length - 1 ? '\n\n' : '\n',
  };
}

function beginsWithBracket(text: string): boolean {
  return text !== '' && OPENING.includes(text.charAt(0));
}
