import type { Tokenizer } from './tokenizer';

const found = new WeakMap<Tokenizer, Map<string, ReadonlySet<number>>>();

/**
 * The tokens whose text begins with one of some characters. The vocabulary is searched once for each set of characters.
 *
 * @param characters Each of one UTF-16 unit.
 */
export function tokensBeginningWith(tokenizer: Tokenizer, characters: string): ReadonlySet<number> {
  const ofTokenizer = found.get(tokenizer) ?? new Map<string, ReadonlySet<number>>();
  found.set(tokenizer, ofTokenizer);
  const known = ofTokenizer.get(characters);
  if (known !== undefined) return known;
  const ids = Array.from({ length: tokenizer.vocabularySize }, (_, id) => id);
  const tokens = new Set(ids.filter((id) => begins(tokenizer.decode([id]), characters)));
  ofTokenizer.set(characters, tokens);
  return tokens;
}

function begins(text: string, characters: string): boolean {
  const first = text.trimStart().charAt(0);
  return first !== '' && characters.includes(first);
}
