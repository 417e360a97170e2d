import { bitsPerCharacter, countCharacters } from '../engine/inference/score';
import { encodeLines, type Tokenizer } from '../engine/tokenizer/tokenizer';
import { type Block, cutIntoBlocks, encodeDocument } from '../engine/training/blocks';
import type { SourceText } from './texts';

/** Text that a run never trains on. */
export interface HeldOutText {
  readonly blocks: readonly Block[];
  /**
   * Nats per token as bits per character, which can be compared between models with different tokenizers: as `tsuzuki score`
   * counts them, but for the context. A run reads block by block, and `score` through a window that moves over the text.
   */
  bitsPerCharacter(natsPerToken: number): number;
}

export function heldOutText(tokenizer: Tokenizer, texts: readonly SourceText[], blockSize: number): HeldOutText {
  const written = texts.map(({ text }) => text).filter((text) => text.trim() !== '');
  const documents = written.map((text) => encodeDocument(tokenizer, text));
  const tokens = written.reduce((sum, text) => sum + encodeLines(tokenizer, text).length, 0);
  const characters = written.reduce((sum, text) => sum + countCharacters(text), 0);
  return {
    blocks: cutIntoBlocks(documents, blockSize),
    bitsPerCharacter: (natsPerToken) => bitsPerCharacter(natsPerToken * tokens, characters),
  };
}
