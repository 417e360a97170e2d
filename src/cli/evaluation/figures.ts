import type { WrittenLine } from './simulated-writer';

/** What suggestions were worth to a simulated writer. */
export interface WritingFigures {
  /** (characters accepted − key presses to accept them) ÷ characters of the text. */
  readonly keystroke_savings: number;
  /** Of the savings, with the lines of the text as the sample. */
  readonly standard_error: number;
  /** Suggestions of which a 文節 at least was accepted ÷ suggestions shown. */
  readonly acceptance_rate: number;
  /** Characters accepted ÷ suggestions of which something was. */
  readonly mean_accepted_characters: number;
  readonly suggestions: number;
  readonly accepts: number;
  readonly accepted_characters: number;
}

export function figuresOf(lines: readonly WrittenLine[]): WritingFigures {
  const sum = (figure: (line: WrittenLine) => number) => lines.reduce((total, line) => total + figure(line), 0);
  const suggestions = sum(({ shown }) => shown);
  const accepted = sum((line) => line.accepted);
  const accepts = sum((line) => line.accepts);
  const acceptedCharacters = sum((line) => line.acceptedCharacters);
  const saved = lines.map((line) => ({ characters: line.characters, saved: savedOn(line) }));
  return {
    ...ratioOf(saved),
    acceptance_rate: ratio(accepted, suggestions),
    mean_accepted_characters: ratio(acceptedCharacters, accepted),
    suggestions,
    accepts,
    accepted_characters: acceptedCharacters,
  };
}

/** What one way of suggesting saves more than another on the same text, and the standard error of that. */
export function gainIn(
  before: readonly WrittenLine[],
  after: readonly WrittenLine[],
): Pick<WritingFigures, 'keystroke_savings' | 'standard_error'> {
  if (before.length !== after.length) throw new RangeError('gains are measured on one and the same text');
  return ratioOf(
    after.map((line, i) => {
      const other = before[i];
      return { characters: line.characters, saved: savedOn(line) - (other === undefined ? 0 : savedOn(other)) };
    }),
  );
}

function savedOn({ acceptedCharacters, accepts }: WrittenLine): number {
  return acceptedCharacters - accepts;
}

/** Σ saved ÷ Σ characters, and its standard error by linearisation (W. G. Cochran, Sampling Techniques, §2.11). */
function ratioOf(lines: readonly { readonly characters: number; readonly saved: number }[]) {
  const characters = lines.reduce((sum, line) => sum + line.characters, 0);
  const savings = ratio(
    lines.reduce((sum, { saved }) => sum + saved, 0),
    characters,
  );
  const n = lines.length;
  const squares = lines.reduce((sum, line) => sum + (line.saved - savings * line.characters) ** 2, 0);
  const standard_error = n < 2 ? 0 : ratio(Math.sqrt((squares * n) / (n - 1)), characters);
  return { keystroke_savings: savings, standard_error };
}

function ratio(a: number, b: number): number {
  return b === 0 ? 0 : a / b;
}
