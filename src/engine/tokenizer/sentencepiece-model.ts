import { readFile } from 'node:fs/promises';
import { fromBinary } from '@bufbuild/protobuf';
import { CheckpointError } from '../checkpoint/checkpoint-error';
import {
  type ModelProto,
  type ModelProto_SentencePiece,
  ModelProtoSchema,
  TrainerSpec_ModelType as ModelType,
  ModelProto_SentencePiece_Type as ProtoType,
} from './proto/sentencepiece_model_pb';
import { MAX_VOCABULARY } from './tokenizer';
import type { Piece, PieceType } from './unigram';

const TYPES: Readonly<Record<ProtoType, PieceType>> = {
  [ProtoType.NORMAL]: 'normal',
  [ProtoType.UNKNOWN]: 'unknown',
  [ProtoType.CONTROL]: 'control',
  [ProtoType.USER_DEFINED]: 'user-defined',
  [ProtoType.UNUSED]: 'unused',
  [ProtoType.BYTE]: 'byte',
};

const ALGORITHMS: Readonly<Partial<Record<ModelType, SentencePieceModel['algorithm']>>> = {
  [ModelType.UNIGRAM]: 'unigram',
  [ModelType.BPE]: 'bpe',
};

export interface SentencePieceModel {
  readonly proto: ModelProto;
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
  try {
    proto = fromBinary(ModelProtoSchema, bytes);
  } catch (error) {
    throw broken(error instanceof Error ? error.message : String(error));
  }
  const { modelType = ModelType.UNIGRAM } = proto.trainerSpec ?? {};
  const algorithm = ALGORITHMS[modelType];
  if (algorithm === undefined) throw broken(`${ModelType[modelType]} model; only UNIGRAM and BPE ones are supported`);
  if (proto.pieces.length > MAX_VOCABULARY) throw broken(`${proto.pieces.length} pieces`);
  const pieces = proto.pieces.map(pieceOf);
  const unknownId = pieces.findIndex(({ type }) => type === 'unknown');
  // The vocabulary comes first in the file: a file cut short keeps pieces but loses what follows.
  if (unknownId < 0) throw broken(`${pieces.length} pieces, none of them <unk>`);
  if (proto.normalizerSpec === undefined) throw broken('the normaliser is missing: the file is cut short');
  return { proto, pieces, unknownId, algorithm };
}

function pieceOf({ piece, score, type }: ModelProto_SentencePiece): Piece {
  return { text: piece, score, type: TYPES[type] };
}
