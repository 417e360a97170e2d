import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import {
  ModelProto_SentencePiece_Type,
  ModelProtoSchema,
} from '../../../../src/engine/tokenizer/proto/sentencepiece_model_pb';
import { readPieces } from '../../../../src/engine/tokenizer/sentencepiece-pieces';

const EMBEDDED = join(import.meta.dirname, '../../../../models/tsuzuki-base-ja/spiece.model');

test("the embedded model's pieces and the rest are what the schema reads", async () => {
  const file = await readFile(EMBEDDED);
  const { pieces: expected, ...others } = fromBinary(ModelProtoSchema, file);
  const { pieces, rest } = readPieces(file);
  expect(pieces).toEqual(
    expected.map(({ piece, score, type }) => ({
      text: piece,
      score,
      type: ModelProto_SentencePiece_Type[type].toLowerCase().replace('_', '-'),
    })),
  );
  expect(fromBinary(ModelProtoSchema, rest)).toEqual({ ...others, pieces: [] });
});

test('what a piece leaves out is as the format says', () => {
  const file = toBinary(ModelProtoSchema, create(ModelProtoSchema, { pieces: [{}, { piece: '続き' }] }));
  expect(readPieces(file).pieces).toEqual([
    { text: '', score: 0, type: 'normal' },
    { text: '続き', score: 0, type: 'normal' },
  ]);
});

test('fields of later versions are passed over', () => {
  // Field 1 (a piece): field 1 'a', field 9 the number 5.
  expect(readPieces(Uint8Array.of(0x0a, 5, 0x0a, 1, 0x61, 0x48, 5)).pieces).toEqual([
    { text: 'a', score: 0, type: 'normal' },
  ]);
});

test.each([
  ['cut short inside a piece', [0x0a, 9, 0x0a, 1]],
  ['cut short inside its text', [0x0a, 3, 0x0a, 9, 0x61]],
  ['no message', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
])('%s', (_, bytes) => {
  expect(() => readPieces(Uint8Array.from(bytes))).toThrow();
});
