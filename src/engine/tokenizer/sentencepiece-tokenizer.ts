import { CheckpointError } from '../checkpoint/checkpoint-error';
import { Normalizer } from './normalizer';
import { SentencePieceBpe } from './sentencepiece-bpe';
import type { SentencePieceModel } from './sentencepiece-model';
import { NO_SPECIAL_TOKENS, type SpecialTokens, specialIds } from './special-tokens';
import { piecesLongerThan, SPACE_SYMBOL, type SpecialIds, type Tokenizer } from './tokenizer';
import { type Piece, type Segment, Unigram } from './unigram';

export interface SentencePieceOptions {
  /** The file that `model` was read from, for errors. */
  readonly file: string;
  /** `do_lower_case` of tokenizer_config.json: the vocabulary has no upper-case pieces. */
  readonly lowerCase: boolean;
  /** What the folder says about tokens that are no text. */
  readonly special?: SpecialTokens;
}

/** Encodes and decodes as SentencePiece itself does, id for id. */
export class SentencePieceTokenizer implements Tokenizer {
  readonly specialIds: SpecialIds;
  readonly marksLines: boolean;
  readonly lineBreak: readonly number[] = [];
  readonly #pieces: readonly Piece[];
  readonly #texts: readonly string[];
  readonly #normalizer: Normalizer;
  readonly #algorithm: { segment(text: string): Segment[] };
  readonly #byteIds: readonly number[];
  readonly #bytes = new Map<number, number>();

  /** @throws {CheckpointError} tokenizer-broken */
  constructor(
    private readonly model: SentencePieceModel,
    private readonly options: SentencePieceOptions,
  ) {
    const { proto, pieces, unknownId } = model;
    const spec = proto.normalizerSpec;
    if (spec === undefined) throw new CheckpointError('tokenizer-broken', [options.file], 'no normaliser');
    this.#pieces = pieces;
    this.#texts = pieces.map(({ text }) => text);
    const userDefinedTexts = pieces
      .filter(({ text, type }) => type === 'user-defined' && text !== '')
      .map(({ text }) => text)
      .sort((a, b) => b.length - a.length);
    const userDefined = userDefinedTexts
      .map((text) => new TextEncoder().encode(text))
      .sort((a, b) => b.length - a.length);
    try {
      this.#normalizer = new Normalizer(spec, (bytes, at) => longestOf(userDefined, bytes, at));
    } catch (error) {
      throw new CheckpointError('tokenizer-broken', [options.file], error instanceof Error ? error.message : '');
    }
    const userDefinedAt = (text: string, at: number) =>
      userDefinedTexts.find((symbol) => text.startsWith(symbol, at))?.length ?? 0;
    this.#algorithm =
      model.algorithm === 'bpe'
        ? new SentencePieceBpe(pieces, unknownId, userDefinedAt)
        : new Unigram(pieces, unknownId);
    pieces.forEach(({ text, type }, id) => {
      if (type === 'byte') this.#bytes.set(id, Number.parseInt(text.slice(3, 5), 16));
    });
    const idOfByte = new Map([...this.#bytes].map(([id, byte]) => [byte, id]));
    this.#byteIds = Array.from({ length: 256 }, (_, byte) => idOfByte.get(byte) ?? unknownId);
    const { bosPiece = '<s>', eosPiece = '</s>', padPiece = '<pad>' } = proto.trainerSpec ?? {};
    const named = (type: Piece['type']) => type === 'control' || type === 'user-defined';
    const ids = new Map(pieces.flatMap(({ text, type }, id) => (named(type) ? [[text, id]] : [])));
    const known = specialIds(options.special ?? NO_SPECIAL_TOKENS, {
      size: pieces.length,
      idOf: (piece) => ids.get(piece),
      usualNames: { bos: [bosPiece], eos: [eosPiece], pad: [padPiece, '[PAD]'], unk: [] },
    });
    this.specialIds = { ...known, unk: unknownId };
    this.marksLines = spec.addDummyPrefix;
  }

  get vocabularySize(): number {
    return this.#pieces.length;
  }

  encode(text: string): number[] {
    const { unknownId, proto } = this.model;
    const byteFallback = proto.trainerSpec?.byteFallback === true;
    const ids: number[] = [];
    for (const segment of this.#algorithm.segment(
      this.#normalizer.normalize(this.options.lowerCase ? text.toLowerCase() : text),
    )) {
      if (segment.id !== unknownId) ids.push(segment.id);
      else if (byteFallback)
        for (const byte of new TextEncoder().encode(segment.text)) ids.push(this.#byteIds[byte] ?? 0);
      else if (ids.at(-1) !== unknownId) ids.push(unknownId);
    }
    return ids;
  }

  decode(ids: readonly number[]): string {
    const { unkSurface = ' ⁇ ' } = this.model.proto.trainerSpec ?? {};
    let text = '';
    let bytes: number[] = [];
    const flushBytes = () => {
      text += decodeBytes(bytes);
      bytes = [];
    };
    for (const id of ids) {
      const byte = this.#bytes.get(id);
      if (byte !== undefined) {
        bytes.push(byte);
        continue;
      }
      flushBytes();
      const piece = this.#pieces[id];
      if (piece === undefined || piece.type === 'control') continue;
      if (piece.type === 'unknown') {
        text += unkSurface;
        continue;
      }
      const written = text === '' && piece.text.startsWith(SPACE_SYMBOL) ? piece.text.slice(1) : piece.text;
      text += written.replaceAll(SPACE_SYMBOL, ' ');
    }
    flushBytes();
    return text;
  }

  pieces(ids: readonly number[]): string[] {
    return ids.map((id) => this.#pieces[id]?.text ?? '');
  }

  opensLine(id: number): boolean {
    return this.#pieces[id]?.text.startsWith(SPACE_SYMBOL) === true;
  }

  isSpecial(id: number): boolean {
    const type = this.#pieces[id]?.type;
    return type === undefined || type === 'control' || type === 'unknown' || type === 'unused';
  }

  longerThan(ids: readonly number[]): readonly number[] {
    return piecesLongerThan(this.#texts, ids, (id) => !this.isSpecial(id) && !this.#bytes.has(id));
  }
}

/** UTF-8 with one U+FFFD for each byte that belongs to no character, as SentencePiece writes it. */
function decodeBytes(bytes: readonly number[]): string {
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] ?? 0;
    const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    try {
      if (at + length > bytes.length) throw new RangeError('cut short');
      text += strict.decode(Uint8Array.from(bytes.slice(at, at + length)));
      at += length;
    } catch {
      text += '\uFFFD';
      at++;
    }
  }
  return text;
}

function longestOf(sorted: readonly Uint8Array[], bytes: Uint8Array, at: number): number {
  return sorted.find((symbol) => symbol.every((byte, i) => bytes[at + i] === byte))?.length ?? 0;
}
