import { readFile } from 'node:fs/promises';
import { cacheFolder } from '../engine/checkpoint/cache-folder';
import { LanguageModel } from '../engine/inference/language-model';
import { type Score, scoreText, totals } from '../engine/inference/score';
import type { Dtype } from '../engine/quantization/dtype';
import { EXIT } from './exit-code';
import { importProgress } from './import-progress';
import { PREFILL_CHUNK } from './prefill-chunk';

export interface ScoreOptions {
  readonly model: string;
  readonly adapter?: string;
  readonly stride?: number;
  readonly dtype?: Dtype;
  readonly json?: boolean;
  readonly perToken?: boolean;
}

/** `tsuzuki score`: each file by itself, then the sum over all of them. */
export async function score(files: readonly string[], options: ScoreOptions): Promise<void> {
  const texts = await Promise.all(files.map(readUtf8));
  const model = await LanguageModel.open(options.model, {
    cacheFolder: cacheFolder(),
    adapterFolder: options.adapter,
    logitsOf: 'all',
    prefillChunk: PREFILL_CHUNK,
    precision: options.dtype,
    onImport: importProgress(process.stderr),
  });
  const { n_positions } = model.config;
  if (options.stride !== undefined && options.stride >= n_positions) {
    throw new UsageError(`--stride must be less than the model's n_positions (${n_positions}).`);
  }
  const scores: Score[] = [];
  for (const text of texts) scores.push(await scoreText(model, text, options.stride));

  const sum = (figure: (one: Score) => number) => scores.reduce((total, one) => total + figure(one), 0);
  const logProbs = scores.flatMap((one) => one.log_probs);
  const all = totals(
    sum((one) => one.tokens),
    logProbs.length,
    sum((one) => one.characters),
    logProbs,
  );
  if (options.json !== true) {
    for (const [i, one] of scores.entries()) process.stdout.write(line(files[i] ?? '', one));
    if (files.length > 1) process.stdout.write(line('total', all));
    return;
  }
  const shown = (one: Score) => {
    const { ids, log_probs, ...figures } = one;
    return options.perToken === true ? { ...figures, ids, log_probs } : figures;
  };
  const [first, ...others] = scores;
  const result =
    first !== undefined && others.length === 0
      ? shown(first)
      : {
          ...all,
          stride: first?.stride,
          files: scores.map((one, i) => ({ file: files[i], ...shown(one) })),
        };
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

function line(name: string, figures: Pick<Score, 'tokens' | 'nats_per_token' | 'bits_per_character'>): string {
  const { tokens, nats_per_token, bits_per_character } = figures;
  return `${name}\t${tokens} tokens\t${nats_per_token.toFixed(4)} nats/token\t${bits_per_character.toFixed(4)} bits/character\n`;
}

/** An option that does not fit the model. */
export class UsageError extends Error {
  readonly exitCode = EXIT.usage;
}

/** A text file that cannot be read, or that is not UTF-8. */
export class InputError extends Error {
  readonly exitCode = EXIT.input;
}

async function readUtf8(file: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw new InputError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new InputError(`${file}: not UTF-8. Convert it, for example with: iconv -f CP932 -t UTF-8`);
  }
}
