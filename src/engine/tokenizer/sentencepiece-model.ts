import { readFile } from 'node:fs/promises';
import { fromBinary } from '@bufbuild/protobuf';
import { CheckpointError } from '../checkpoint/checkpoint-error';
import { type ModelProto, ModelProtoSchema, TrainerSpec_ModelType as ModelType } from './proto/sentencepiece_model_pb';
import { readPieces } from './sentencepiece-pieces';
import { MAX_VOCABULARY } from './tokenizer';
import type { Piece } from './unigram';

const ALGORITHMS: Readonly<Partial<Record<ModelType, SentencePieceModel['algorithm']>>> = {
  [ModelType.UNIGRAM]: 'unigram',
  [ModelType.BPE]: 'bpe',
};

export interface SentencePieceModel {
  /** All but the pieces. */
  readonly proto: Omit<ModelProto, 'pieces'>;
  readonly pieces: readonly Piece[];
  readonly unknownId: number;
  readonly algorithm: 'unigram' | 'bpe';
}

/**
 * Reads a SentencePiece model file, unigram or BPE.
 *
 * @throws {CheckpointError} tokenizer-missing, tokenizer-broken
 */
export async function readSentencePieceModel(file: string): Promise<SentencePieceModel> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw new CheckpointError('tokenizer-missing', [file], error instanceof Error ? error.message : String(error));
  }
  const broken = (detail: string) => new CheckpointError('tokenizer-broken', [file], detail);
  let proto: ModelProto;
  let pieces: readonly Piece[];
  try {
    const parts = readPieces(bytes);
    pieces = parts.pieces;
    proto = fromBinary(ModelProtoSchema, parts.rest);
  } catch (error) {
    throw broken(error instanceof Error ? error.message : String(error));
  }
  const { modelType = ModelType.UNIGRAM } = proto.trainerSpec ?? {};
  const algorithm = ALGORITHMS[modelType];
  if (algorithm === undefined) throw broken(`${ModelType[modelType]} model; only UNIGRAM and BPE ones are supported`);
  if (pieces.length > MAX_VOCABULARY) throw broken(`${pieces.length} pieces`);
  const unknownId = pieces.findIndex(({ type }) => type === 'unknown');
  // The vocabulary comes first in the file: a file cut short keeps pieces but loses what follows.
  if (unknownId < 0) throw broken(`${pieces.length} pieces, none of them <unk>`);
  if (proto.normalizerSpec === undefined) throw broken('the normaliser is missing: the file is cut short');
  return { proto, pieces, unknownId, algorithm };
}
