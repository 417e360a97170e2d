import { mkdir, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Gpt2Config, parseConfig } from '../../src/engine/checkpoint/config';
import { gpt2Tensors } from '../../src/engine/checkpoint/gpt2-tensors';
import { writeWholeFile } from '../../src/engine/checkpoint/whole-file';
import { type Random, seededRandom } from '../../src/engine/inference/random';

/** The fields of config.json that decide a model's shape; what is left out is as in {@link RINNA_SHAPES}. */
export interface Gpt2Shape {
  readonly n_layer: number;
  readonly n_embd: number;
  readonly n_head: number;
  readonly n_inner: number;
  readonly n_positions?: number;
  readonly vocab_size?: number;
  readonly activation_function?: Gpt2Config['activation_function'];
}

/** The shapes of rinna/japanese-gpt2-*: 37, 110 and 336 million parameters. */
export const RINNA_SHAPES = {
  xsmall: { n_layer: 6, n_embd: 512, n_head: 8, n_inner: 2304 },
  small: { n_layer: 12, n_embd: 768, n_head: 12, n_inner: 3072 },
  medium: { n_layer: 24, n_embd: 1024, n_head: 16, n_inner: 4096 },
} as const satisfies Record<string, Gpt2Shape>;

export interface RandomGpt2Options {
  readonly seed?: number;
  /** Folder that keeps such models from run to run; deleting it loses nothing. */
  readonly cacheFolder?: string;
}

/** Numbers made at a time: a model of any size is written with flat memory. */
const CHUNK_NUMBERS = 1 << 20;

/**
 * A Hugging Face folder (config.json, model.safetensors in F32) of a GPT-2 of this shape with random weights,
 * distributed as GPT2LMHeadModel initialises them. The same shape and seed give the same bytes, and are written once.
 *
 * @returns The folder.
 */
export async function randomGpt2Folder(shape: Gpt2Shape, options: RandomGpt2Options = {}): Promise<string> {
  const { seed = 0, cacheFolder = join(tmpdir(), 'tsuzuki-bench') } = options;
  const text = configText(shape);
  const config = parseConfig(text, 'config.json');
  const { n_layer, n_embd, n_head, n_inner, n_positions, vocab_size, activation_function } = config;
  const size = [n_layer, n_embd, n_head, n_inner, n_positions, vocab_size].join('-');
  const folder = join(cacheFolder, `gpt2-${size}-${activation_function}-seed${seed}`);
  const weights = join(folder, 'model.safetensors');
  if ((await stat(weights).catch(() => undefined)) !== undefined) return folder;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'config.json'), text);
  await writeWeights(weights, config, seed);
  return folder;
}

function configText(shape: Gpt2Shape): string {
  const config = {
    architectures: ['GPT2LMHeadModel'],
    model_type: 'gpt2',
    n_positions: 1024,
    vocab_size: 32000,
    activation_function: 'gelu_new',
    layer_norm_epsilon: 1e-5,
    tie_word_embeddings: true,
    bos_token_id: 1,
    eos_token_id: 2,
    pad_token_id: 3,
    ...shape,
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

async function writeWeights(file: string, config: Gpt2Config, seed: number): Promise<void> {
  const tensors = [...gpt2Tensors(config)];
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  let end = 0;
  for (const [name, shape] of tensors) {
    const begin = end;
    end += shape.reduce((product, dim) => product * dim, 4);
    header[`transformer.${name}`] = { dtype: 'F32', shape, data_offsets: [begin, end] };
  }
  const json = Buffer.from(JSON.stringify(header));
  // The format's own writer pads the header with spaces to a multiple of 8 bytes.
  const padded = Buffer.concat([json, Buffer.alloc(-json.length & 7, ' ')]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));

  const random = seededRandom(seed);
  await writeWholeFile(file, async (handle) => {
    await handle.write(Buffer.concat([length, padded]));
    for (const [name, shape] of tensors) {
      const fill = initialiser(name, config, random);
      let left = shape.reduce((product, dim) => product * dim, 1);
      for (; left > 0; left -= CHUNK_NUMBERS) {
        const values = new Float32Array(Math.min(CHUNK_NUMBERS, left));
        fill(values);
        await handle.writeFile(new Uint8Array(values.buffer));
      }
    }
  });
}

/** Hugging Face's initialisation: biases 0, LayerNorm 1, weights N(0, 0.02), less for what adds to the residual. */
function initialiser(name: string, config: Gpt2Config, random: Random): (values: Float32Array) => void {
  if (name.endsWith('.bias')) return (values) => values.fill(0);
  if (/ln_\w+\.weight$/.test(name)) return (values) => values.fill(1);
  const deviation = name.endsWith('c_proj.weight') ? 0.02 / Math.sqrt(2 * config.n_layer) : 0.02;
  return (values) => fillNormal(values, deviation, random);
}

/** Box and Muller (1958): two independent normal numbers from two uniform ones. */
function fillNormal(values: Float32Array, deviation: number, random: Random): void {
  for (let i = 0; i < values.length; i += 2) {
    const radius = deviation * Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    values[i] = radius * Math.cos(angle);
    values[i + 1] = radius * Math.sin(angle);
  }
}
