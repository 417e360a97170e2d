import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { CheckpointError } from './checkpoint-error';

/** The activation functions of GPT-2 checkpoints; each name is Hugging Face's. */
export type ActivationFunction = 'gelu' | 'gelu_new' | 'gelu_fast' | 'gelu_pytorch_tanh';

/** `config.json` of a GPT2LMHeadModel, names and defaults as in Hugging Face's GPT2Config. */
export interface Gpt2Config {
  readonly vocab_size: number;
  readonly n_positions: number;
  readonly n_embd: number;
  readonly n_layer: number;
  readonly n_head: number;
  /** Width of the feed-forward layer, already resolved (the file may say null for 4 × n_embd). */
  readonly n_inner: number;
  readonly activation_function: ActivationFunction;
  readonly layer_norm_epsilon: number;
  readonly scale_attn_weights: boolean;
  readonly scale_attn_by_inverse_layer_idx: boolean;
  readonly tie_word_embeddings: boolean;
  /** Dropout probabilities in training: of attention weights, of embeddings, of what each block adds. */
  readonly attn_pdrop: number;
  readonly embd_pdrop: number;
  readonly resid_pdrop: number;
  /** Special tokens; an id beyond the vocabulary is none. */
  readonly bos_token_id: number | undefined;
  readonly eos_token_id: number | undefined;
  readonly pad_token_id: number | undefined;
}

const size = z.int().positive().max(1_000_000);
const probability = z.number().min(0).lt(1).default(0.1);
const tokenId = z
  .union([z.int().nonnegative(), z.array(z.int().nonnegative()).min(1)])
  .nullish()
  .transform((id) => (Array.isArray(id) ? id[0] : (id ?? undefined)));

const schema = z.object({
  vocab_size: size.default(50257),
  n_positions: size.default(1024),
  n_embd: size.default(768),
  n_layer: size.max(1000).default(12),
  n_head: size.default(12),
  n_inner: size.nullish(),
  activation_function: z.string().default('gelu_new'),
  layer_norm_epsilon: z.number().positive().default(1e-5),
  scale_attn_weights: z.boolean().default(true),
  scale_attn_by_inverse_layer_idx: z.boolean().default(false),
  tie_word_embeddings: z.boolean().default(true),
  attn_pdrop: probability,
  embd_pdrop: probability,
  resid_pdrop: probability,
  add_cross_attention: z.boolean().default(false),
  bos_token_id: tokenId,
  eos_token_id: tokenId,
  pad_token_id: tokenId,
});

const identity = z.object({
  architectures: z.array(z.string()).nullish(),
  model_type: z.string().nullish(),
});

const ACTIVATIONS: readonly string[] = ['gelu', 'gelu_new', 'gelu_fast', 'gelu_pytorch_tanh'];

function isActivation(name: string): name is ActivationFunction {
  return ACTIVATIONS.includes(name);
}

/**
 * Reads the `config.json` of a GPT-2.
 *
 * @throws {CheckpointError} config-missing, config-broken, architecture-unknown, option-unsupported
 */
export async function readConfig(file: string): Promise<Gpt2Config> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new CheckpointError('config-missing', [file], error instanceof Error ? error.message : String(error));
  }
  return parseConfig(text, file);
}

/** As {@link readConfig}, from the file's text; `file` is named in errors. */
export function parseConfig(text: string, file: string): Gpt2Config {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new CheckpointError('config-broken', [file], error instanceof Error ? error.message : String(error));
  }
  const who = identity.safeParse(json);
  if (!who.success) throw new CheckpointError('config-broken', [file], z.prettifyError(who.error));
  const architecture = who.data.architectures?.[0] ?? who.data.model_type ?? 'no architecture named';
  if (architecture !== 'GPT2LMHeadModel' && architecture !== 'gpt2') {
    throw new CheckpointError('architecture-unknown', [file], architecture);
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new CheckpointError('config-broken', [file], z.prettifyError(parsed.error));
  const { add_cross_attention, activation_function, n_inner, ...rest } = parsed.data;
  if (add_cross_attention) throw new CheckpointError('option-unsupported', [file], 'add_cross_attention');
  if (!isActivation(activation_function)) {
    throw new CheckpointError('option-unsupported', [file], `activation_function ${activation_function}`);
  }
  if (rest.n_embd % rest.n_head !== 0) {
    throw new CheckpointError(
      'config-broken',
      [file],
      `n_embd ${rest.n_embd} is not a multiple of n_head ${rest.n_head}`,
    );
  }
  // GPT-2's own 50256 often stays in the configs of models whose vocabulary is smaller.
  const known = (id: number | undefined) => (id === undefined || id < rest.vocab_size ? id : undefined);
  return {
    ...rest,
    activation_function,
    n_inner: n_inner ?? 4 * rest.n_embd,
    bos_token_id: known(rest.bos_token_id),
    eos_token_id: known(rest.eos_token_id),
    pad_token_id: known(rest.pad_token_id),
  };
}
