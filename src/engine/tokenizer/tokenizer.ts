/** Ids of the tokens that are no text; absent where the model has none. */
export interface SpecialIds {
  readonly bos?: number | undefined;
  readonly eos?: number | undefined;
  readonly pad?: number | undefined;
  readonly unk?: number | undefined;
}

/** Text ⇄ token ids, exactly as the model was trained. */
export interface Tokenizer {
  readonly vocabularySize: number;
  readonly specialIds: SpecialIds;
  /** Ids of one segment of text. No special token is ever added. */
  encode(text: string): number[];
  /** Special tokens are left out. */
  decode(ids: readonly number[]): string;
  /** The vocabulary's own writing of each id. */
  pieces(ids: readonly number[]): string[];
  /** Whether tokens show where a line begins: the first one of a segment has a `▁` in front. */
  readonly marksLines: boolean;
  /**
   * What stands between two lines: the token of a line feed, where the vocabulary has one and lines are not marked
   * otherwise. GPT-2's own tokenizer was made for whole documents, and what was trained with it has read its line feeds.
   * Empty where each line is a segment of its own, and where the vocabulary knows no line feed.
   */
  readonly lineBreak: readonly number[];
  /**
   * Whether a token opens a line: begins with `▁`, as at the beginning of a segment and where text has a space, or, in a
   * vocabulary without `▁`, with a line feed.
   */
  opensLine(id: number): boolean;
  /** Whether a token stands for no text: `<s>`, `</s>`, `<unk>`, `[PAD]` and their like. */
  isSpecial(id: number): boolean;
  /** The tokens that spell all that `ids` spell together, and more: ascending ids. None where one of `ids` is no text. */
  longerThan(ids: readonly number[]): readonly number[];
}

/** As large as config.json may say that a vocabulary is. */
export const MAX_VOCABULARY = 1_000_000;

/** The mark that SentencePiece writes for a space. */
export const SPACE_SYMBOL = '▁';

/** Ids of the pieces of a vocabulary that begin with what some of its pieces spell together, and go on; ascending. */
export function piecesLongerThan(
  pieces: readonly (string | undefined)[],
  ids: readonly number[],
  isText: (id: number) => boolean,
): readonly number[] {
  if (ids.length === 0 || !ids.every(isText)) return [];
  const spelt = ids.map((id) => pieces[id]).join('');
  const longer: number[] = [];
  for (let id = 0; id < pieces.length; id++) {
    const piece = pieces[id];
    if (piece?.startsWith(spelt) === true && piece.length > spelt.length && isText(id)) longer.push(id);
  }
  return longer;
}

/** Encodes a text as it is trained, line by line; blank lines are dropped. */
export function encodeLines(tokenizer: Tokenizer, text: string): number[] {
  return text
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .flatMap((line, i) => [...(i === 0 ? [] : tokenizer.lineBreak), ...tokenizer.encode(line)]);
}
