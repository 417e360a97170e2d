import { sentenceBoundaries } from '../../text/phrases/sentence-boundaries';

const RULES = {
  /** Characters that are compared at once. */
  gram: 3,
  /** A sentence repeats another when so large a share of its n-grams is in it. */
  share: 0.8,
  /** Shorter sentences may be said twice: 「うん」「うん」. */
  shortest: 8,
  /** Sentences before the one at the cursor that must not come again. */
  sentences: 3,
  /** Characters before the cursor among which those are looked for. */
  window: 600,
} as const;

/** The third of three equal pieces in a row, and what follows. */
const LOOP = /(.{2,20}?)\1(?=\1)/su;

/**
 * Ends a suggestion before a sentence that says again what one of the sentences before it said (an n-gram guard), and in a
 * loop after its second round.
 */
export function dropRepetition(suggestion: string, before: string): string {
  const recent = before.slice(-RULES.window);
  const written = sentences(recent);
  const begun = /[。！？!?」』\n]\s*$/u.test(recent) ? '' : (written.pop() ?? '');
  const said = written.slice(-RULES.sentences).map(gramsOf);
  let end = 0;
  for (const [i, sentence] of sentences(suggestion).entries()) {
    const grams = gramsOf(i === 0 ? begun + sentence : sentence);
    // Who begins as the last sentence began may want another end: what is suggested must repeat it, too.
    const added = i === 0 ? grams.slice(gramsOf(begun).length) : grams;
    if (said.some((other) => repeats(grams, added, other))) return suggestion.slice(0, end);
    said.push(grams);
    end += sentence.length;
  }
  const loop = LOOP.exec(suggestion);
  return loop === null ? suggestion : suggestion.slice(0, loop.index + loop[0].length);
}

function sentences(text: string): string[] {
  if (text === '') return [];
  const boundaries = sentenceBoundaries(text);
  return [0, ...boundaries].map((start, i) => text.slice(start, boundaries[i]));
}

function gramsOf(sentence: string): string[] {
  const words = [...sentence.replace(/[\s\p{P}]/gu, '')];
  return words.slice(RULES.gram - 1).map((_, i) => words.slice(i, i + RULES.gram).join(''));
}

function repeats(grams: readonly string[], added: readonly string[], other: readonly string[]): boolean {
  if (grams.length + RULES.gram - 1 < RULES.shortest) return false;
  const others = new Set(other);
  return [grams, added].every((some) => some.filter((gram) => others.has(gram)).length >= some.length * RULES.share);
}
