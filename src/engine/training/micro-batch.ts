import type { Gpt2Config } from '../checkpoint/config';

/** What one pass may use for activations: a medium model then takes one or two blocks of 128 tokens at a time. */
export const ACTIVATION_BYTES = 768 * 2 ** 20;

/** Blocks that are computed at once so that their activations fit into `budget` bytes; at least one. */
export function microBatchSize(config: Gpt2Config, blockSize: number, budget = ACTIVATION_BYTES): number {
  return Math.max(1, Math.floor(budget / blockBytes(config, blockSize)));
}

/**
 * Bytes of the activations of forward and backward pass for one block. Per token and layer about 10 vectors of n_embd
 * and 3 of n_inner are alive, and 4 rows of attention per head; beside them 5 rows of logits.
 */
export function blockBytes(config: Gpt2Config, blockSize: number): number {
  const { n_layer, n_embd, n_inner, n_head, vocab_size } = config;
  const floatsPerToken = n_layer * (10 * n_embd + 3 * n_inner + 4 * n_head * blockSize) + 5 * vocab_size;
  return 4 * floatsPerToken * blockSize;
}
