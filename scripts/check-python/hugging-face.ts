import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readTensor } from '../../src/engine/checkpoint/read-tensor';
import { readSafetensorsHeader } from '../../src/engine/checkpoint/safetensors';

/** An adapter that PEFT is to write; `config` goes to its LoraConfig. */
export interface AdapterToMake {
  readonly folder: string;
  readonly model: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly seed: number;
}

/** A model, with an adapter or without, and texts of the same number of tokens. */
export interface LogitsToCompute {
  readonly name: string;
  readonly model: string;
  readonly adapter: string | null;
  readonly ids: readonly (readonly number[])[];
}

export interface TextsToEncode {
  readonly model: string;
  readonly texts: readonly string[];
}

export interface HuggingFaceJob {
  readonly make: readonly AdapterToMake[];
  readonly logits: readonly LogitsToCompute[];
  readonly tokens: readonly TextsToEncode[];
}

export interface HuggingFaceAnswer {
  /** [texts, tokens, vocabulary] by name. */
  readonly logits: ReadonlyMap<string, Float32Array>;
  /** For each entry of `tokens` the ids of each text. */
  readonly tokens: readonly (readonly (readonly number[])[])[];
}

const tokensSchema = z.array(z.array(z.array(z.int())));

/**
 * Asks transformers and PEFT; `folder` is for the files that pass to and fro.
 *
 * @throws when Python fails; it has said why on standard error
 */
export async function askHuggingFace(python: string, job: HuggingFaceJob, folder: string): Promise<HuggingFaceAnswer> {
  await mkdir(folder, { recursive: true });
  const jobFile = join(folder, 'job.json');
  await writeFile(jobFile, JSON.stringify(job));
  const child = spawn(python, [join(import.meta.dirname, 'hugging_face.py'), jobFile, folder], {
    stdio: 'inherit',
    env: { ...process.env, HF_HUB_OFFLINE: '1', HF_HUB_DISABLE_PROGRESS_BARS: '1', TRANSFORMERS_VERBOSITY: 'error' },
  });
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0) throw new Error(`${python} ended with ${code}`);

  const logits = new Map<string, Float32Array>();
  for (const [name, place] of await readSafetensorsHeader(join(folder, 'logits.safetensors'))) {
    logits.set(name, await readTensor(place));
  }
  return { logits, tokens: tokensSchema.parse(JSON.parse(await readFile(join(folder, 'tokens.json'), 'utf8'))) };
}
