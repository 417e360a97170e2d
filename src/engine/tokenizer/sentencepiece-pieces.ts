import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import type { Piece, PieceType } from './unigram';

/** Fields of `ModelProto` and `ModelProto.SentencePiece`: `proto/sentencepiece_model.proto`. */
const PIECES = 1;
const PIECE = { text: 1, score: 2, type: 3 } as const;

/** By their numbers in `ModelProto.SentencePiece.Type`. */
const TYPES: Readonly<Record<number, PieceType>> = {
  1: 'normal',
  2: 'unknown',
  3: 'control',
  4: 'user-defined',
  5: 'unused',
  6: 'byte',
};

/**
 * Takes a SentencePiece model file apart: its vocabulary, and the message without it. The tens of thousands of pieces are
 * read field by field: the schema takes three times as long, and the first suggestion waits for it.
 *
 * @throws {Error} when the bytes are no message
 */
export function readPieces(file: Uint8Array): { readonly pieces: Piece[]; readonly rest: Uint8Array } {
  // Views of a plain array are made faster than those of a Buffer.
  const bytes = new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
  const reader = new BinaryReader(bytes);
  const pieces: Piece[] = [];
  const rest: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const [field, wireType] = reader.tag();
    if (field === PIECES && wireType === WireType.LengthDelimited) {
      pieces.push(readPiece(reader.bytes()));
    } else {
      reader.skip(wireType, field);
      rest.push(bytes.subarray(start, reader.pos));
    }
  }
  return { pieces, rest: Buffer.concat(rest) };
}

function readPiece(bytes: Uint8Array): Piece {
  const reader = new BinaryReader(bytes);
  let text = '';
  let score = 0;
  let type: PieceType = 'normal';
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === PIECE.text) text = reader.string();
    else if (field === PIECE.score) score = reader.float();
    // A number that the format does not know counts as the default, as in protobuf's own readers.
    else if (field === PIECE.type) type = TYPES[reader.int32()] ?? 'normal';
    else reader.skip(wireType, field);
  }
  return { text, score, type };
}
