import { IGNORED_LABEL } from '../graph/operators';
import { encodeLines, type Tokenizer } from '../tokenizer/tokenizer';

/** At most block_size successive tokens of the training texts. */
export type Block = Int32Array;

/** Blocks side by side, as a graph takes them. */
export interface Batch {
  readonly rows: number;
  /** Tokens of the longest block, to which the others are padded. */
  readonly length: number;
  /** [rows, length] */
  readonly inputIds: BigInt64Array;
  /** [rows, length]: the token that follows, IGNORED_LABEL at the end of a block and at padding. */
  readonly labels: BigInt64Array;
  /** How many labels are not ignored. */
  readonly labelCount: number;
}

/**
 * A text as the model was trained: `<s>`, its lines each a segment of its own, `</s>`, where the model has these tokens.
 */
export function encodeDocument(tokenizer: Tokenizer, text: string): number[] {
  const { bos, eos } = tokenizer.specialIds;
  return [...(bos === undefined ? [] : [bos]), ...encodeLines(tokenizer, text), ...(eos === undefined ? [] : [eos])];
}

/**
 * Cuts the texts, joined end to end, into windows of `blockSize`. The last one may be shorter; it is dropped only when
 * it holds a single token, which predicts nothing.
 */
export function cutIntoBlocks(documents: Iterable<readonly number[]>, blockSize: number): Block[] {
  const stream: number[] = [];
  for (const document of documents) for (const id of document) stream.push(id);
  const blocks: Block[] = [];
  for (let start = 0; start < stream.length; start += blockSize) {
    const block = Int32Array.from(stream.slice(start, start + blockSize));
    if (block.length > 1) blocks.push(block);
  }
  return blocks;
}

/** Puts blocks side by side; shorter ones are filled up on the right, where a causal model does not look back from. */
export function batchOf(blocks: readonly Block[]): Batch {
  const length = Math.max(...blocks.map((block) => block.length));
  const inputIds = new BigInt64Array(blocks.length * length);
  const labels = new BigInt64Array(blocks.length * length).fill(BigInt(IGNORED_LABEL));
  blocks.forEach((block, row) => {
    block.forEach((id, t) => {
      inputIds[row * length + t] = BigInt(id);
      if (t > 0) labels[row * length + t - 1] = BigInt(id);
    });
  });
  return { rows: blocks.length, length, inputIds, labels, labelCount: labelCount(blocks) };
}

/** Tokens that blocks predict: all but the first of each. */
export function labelCount(blocks: readonly Block[]): number {
  return blocks.reduce((sum, block) => sum + block.length - 1, 0);
}
