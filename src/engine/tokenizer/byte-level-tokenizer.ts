import { bytesOfPiece, CHARACTER_OF_BYTE, words } from './byte-level';
import { MAX_RANK, type Merge, mergeSymbols } from './merge-symbols';
import { type SpecialTokens, specialIds } from './special-tokens';
import { piecesLongerThan, type SpecialIds, type Tokenizer } from './tokenizer';

/** A vocabulary of byte-level BPE, as vocab.json and merges.txt or a tokenizer.json have it. */
export interface ByteLevelVocabulary {
  /** Ids of pieces, each below `MAX_VOCABULARY`. */
  readonly ids: ReadonlyMap<string, number>;
  /** Pairs of pieces, the first to be merged first; both, and what they become, are pieces. */
  readonly merges: readonly (readonly [string, string])[];
  /** Tokens that were added later and stand for themselves. */
  readonly added: readonly AddedToken[];
  /** A text that begins with no space is given one. */
  readonly addPrefixSpace: boolean;
}

export interface AddedToken {
  readonly id: number;
  readonly content: string;
  /** No text: `<|endoftext|>`. */
  readonly special: boolean;
}

const REMEMBERED_WORDS = 20_000;
const REMEMBERED_LENGTH = 64;

/** What special tokens of GPT-2 and of the Japanese models in its format are called. */
const USUAL_NAMES = {
  bos: ['<|endoftext|>', '<s>'],
  eos: ['<|endoftext|>', '</s>'],
  pad: ['<pad>', '[PAD]'],
  unk: ['<unk>', '[UNK]', '<|endoftext|>'],
} as const;

const utf8 = new TextEncoder();

/**
 * GPT-2's own tokenizer (Radford et al. 2019): byte-pair encoding over the bytes of UTF-8, so that there is no character
 * it cannot write. Special tokens that a text spells out are text.
 *
 * A model whose vocabulary has no space was trained on text without any; it is given U+3000 instead.
 */
export class ByteLevelTokenizer implements Tokenizer {
  readonly specialIds: SpecialIds;
  readonly vocabularySize: number;
  readonly marksLines = false;
  readonly lineBreak: readonly number[];
  readonly #pieces: string[] = [];
  readonly #added = new Map<number, AddedToken>();
  /** Added tokens that are text, by what they are. */
  readonly #addedText: ReadonlyMap<string, number>;
  readonly #addedPattern: RegExp | undefined;
  readonly #special: ReadonlySet<number | undefined>;
  readonly #byteIds: readonly (number | undefined)[];
  readonly #merges = new Map<number, Merge<number>>();
  readonly #remembered = new Map<string, readonly number[]>();
  readonly #hasSpace: boolean;

  /** @throws {RangeError} when a merge speaks of what is no piece, or there are too many */
  constructor(
    private readonly vocabulary: ByteLevelVocabulary,
    special: SpecialTokens,
  ) {
    const { ids, merges, added } = vocabulary;
    for (const [piece, id] of ids) this.#pieces[id] = piece;
    for (const token of added) {
      this.#pieces[token.id] = token.content;
      this.#added.set(token.id, token);
    }
    this.vocabularySize = this.#pieces.length;
    const idOf = (piece: string) => added.find(({ content }) => content === piece)?.id ?? ids.get(piece);
    this.specialIds = specialIds(special, { size: this.vocabularySize, idOf, usualNames: USUAL_NAMES });
    this.#byteIds = CHARACTER_OF_BYTE.map((character) => ids.get(character));
    const lineFeed = this.#byteIds[0x0a];
    this.lineBreak = lineFeed === undefined ? [] : [lineFeed];
    this.#hasSpace = this.#byteIds[0x20] !== undefined;
    if (merges.length > MAX_RANK) throw new RangeError(`${merges.length} merges`);
    for (const [rank, [left, right]] of merges.entries()) this.#addMerge(left, right, rank);

    // A config may name a piece of text for want of a better one: 0 to pad with, which is “!” to GPT-2.
    const pieces = new Set([...this.#byteIds, ...[...this.#merges.values()].map(({ symbol }) => symbol)]);
    const named = [...Object.values(this.specialIds), ...special.additional.map(idOf)];
    this.#special = new Set([
      ...named.filter((id) => id !== undefined && !pieces.has(id)),
      ...added.filter(({ special }) => special).map(({ id }) => id),
    ]);
    const text = added.filter(({ id, content }) => content !== '' && !this.#special.has(id));
    this.#addedText = new Map(text.map(({ id, content }) => [content, id]));
    this.#addedPattern = patternOf([...this.#addedText.keys()]);
  }

  encode(text: string): number[] {
    const ids: number[] = [];
    for (const part of this.#addedPattern === undefined ? [text] : text.split(this.#addedPattern)) {
      const added = this.#addedText.get(part);
      if (added !== undefined) ids.push(added);
      else if (part !== '') this.#encodePart(part, ids);
    }
    return ids;
  }

  decode(ids: readonly number[]): string {
    const parts: Uint8Array[] = [];
    for (const id of ids) {
      const piece = this.#pieces[id];
      if (piece === undefined || this.#special.has(id)) continue;
      parts.push(this.#added.has(id) ? utf8.encode(piece) : bytesOfPiece(piece));
    }
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.concat(parts));
  }

  pieces(ids: readonly number[]): string[] {
    return ids.map((id) => this.#pieces[id] ?? '');
  }

  opensLine(id: number): boolean {
    return this.#pieces[id]?.startsWith(NEW_LINE) === true && !this.#added.has(id);
  }

  isSpecial(id: number): boolean {
    return this.#special.has(id) || this.#pieces[id] === undefined;
  }

  longerThan(ids: readonly number[]): readonly number[] {
    return piecesLongerThan(this.#pieces, ids, (id) => !this.isSpecial(id) && !this.#added.has(id));
  }

  #encodePart(part: string, ids: number[]): void {
    const spaced = this.vocabulary.addPrefixSpace && !part.startsWith(' ') ? ` ${part}` : part;
    for (const word of words(this.#hasSpace ? spaced : spaced.replaceAll(' ', '\u3000'))) {
      for (const id of this.#word(word)) ids.push(id);
    }
  }

  #addMerge(left: string, right: string, rank: number): void {
    const { ids } = this.vocabulary;
    const [leftId, rightId, symbol] = [ids.get(left), ids.get(right), ids.get(left + right)];
    if (leftId === undefined || rightId === undefined || symbol === undefined) {
      throw new RangeError(`merge ${rank}, ${left} ${right}, is not in the vocabulary`);
    }
    const key = this.#pair(leftId, rightId);
    if (!this.#merges.has(key)) this.#merges.set(key, { rank, symbol });
  }

  #pair(left: number, right: number): number {
    return left * this.vocabularySize + right;
  }

  #word(word: string): readonly number[] {
    const known = this.#remembered.get(word);
    if (known !== undefined) return known;
    const symbols: number[] = [];
    for (const byte of utf8.encode(word)) {
      const id = this.#byteIds[byte] ?? this.specialIds.unk;
      if (id !== undefined) symbols.push(id);
    }
    const ids = mergeSymbols(symbols, (left, right) => this.#merges.get(this.#pair(left, right)));
    if (word.length <= REMEMBERED_LENGTH) {
      if (this.#remembered.size >= REMEMBERED_WORDS) this.#remembered.clear();
      this.#remembered.set(word, ids);
    }
    return ids;
  }
}

/** How the vocabulary writes a line feed. */
const NEW_LINE = CHARACTER_OF_BYTE[0x0a] ?? '';

/** Splits a text so that the tokens stand alone; the longest of those that begin at one place. */
function patternOf(tokens: readonly string[]): RegExp | undefined {
  if (tokens.length === 0) return undefined;
  const longestFirst = [...tokens].sort((a, b) => b.length - a.length);
  return new RegExp(`(${longestFirst.map((token) => token.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|')})`, 'u');
}
