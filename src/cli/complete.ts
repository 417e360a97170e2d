import { text as readAll } from 'node:stream/consumers';
import { cacheFolder } from '../engine/checkpoint/cache-folder';
import { generate } from '../engine/inference/generate';
import { LanguageModel } from '../engine/inference/language-model';
import { newSeed, sequenceSeed } from '../engine/inference/random';
import type { Continuation } from '../engine/inference/sequence';
import { endsInside } from '../engine/inference/token-healing';
import type { Dtype } from '../engine/quantization/dtype';
import { encodeLines } from '../engine/tokenizer/tokenizer';
import type { StopAt } from '../protocol/settings';
import { suggestionEnd } from '../text/phrases/suggestion-end';
import { EXIT } from './exit-code';
import { importProgress } from './import-progress';
import { PREFILL_CHUNK } from './prefill-chunk';

export interface CompleteOptions {
  readonly model: string;
  readonly adapter?: string;
  readonly prompt?: string;
  readonly maxNewTokens: number;
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
  readonly minP: number;
  readonly repetitionPenalty: number;
  readonly numReturnSequences: number;
  readonly seed?: number;
  readonly stop: StopAt;
  readonly tokenHealing?: boolean;
  readonly dtype?: Dtype;
  readonly json?: boolean;
}

/** `tsuzuki complete`: as Hugging Face's `generate`, with the prompt encoded line by line. */
export async function complete(options: CompleteOptions): Promise<void> {
  const prompt = options.prompt ?? (await readAll(process.stdin));
  const loadStart = performance.now();
  const { adapter } = options;
  const model = await LanguageModel.open(options.model, {
    cacheFolder: cacheFolder(),
    adapterFolder: adapter,
    prefillChunk: PREFILL_CHUNK,
    precision: options.dtype,
    onImport: importProgress(process.stderr),
  });
  const loadMs = performance.now() - loadStart;

  // From here on Ctrl-C ends the text, not the process: what was written is shown, as JSON too.
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  const { signal } = interrupted;

  const ids = encodeLines(model.tokenizer, prompt);
  const maxNewTokens = Math.min(options.maxNewTokens, roomFor(ids.length, model.config.n_positions));
  const seed = options.seed ?? newSeed();
  const stop =
    options.stop === 'phrase'
      ? { stopAt: 'sentence' as const, endOf: suggestionEnd('phrase', prompt) }
      : { stopAt: options.stop };
  const heals = options.tokenHealing === true && endsInside(prompt);
  const sequences: Continuation[] = [];
  let promptMs = 0;
  const decodeStart = performance.now();
  for (let i = 0; i < options.numReturnSequences && !signal.aborted; i++) {
    if (options.json !== true) process.stdout.write(`${i > 0 ? '\n---\n' : ''}${prompt.trimEnd()}`);
    const continuation = await generate(
      model,
      ids,
      { ...options, ...stop, heals, maxNewTokens, seed: sequenceSeed(seed, i) },
      {
        signal,
        onPrompt: () => {
          if (i === 0) promptMs = performance.now() - decodeStart;
        },
        onText: (added) => {
          if (options.json !== true) process.stdout.write(added);
        },
      },
    );
    sequences.push(continuation);
  }
  if (signal.aborted) process.exitCode = EXIT.interrupted;
  const decodeMs = performance.now() - decodeStart - promptMs;
  if (options.json !== true) {
    process.stdout.write('\n');
    return;
  }
  const newTokens = sequences.reduce((sum, sequence) => sum + sequence.ids.length, 0);
  const timings = { loadMs, promptTokens: ids.length, promptMs, newTokens, decodeMs };
  process.stdout.write(`${JSON.stringify({ model: options.model, adapter, prompt, seed, sequences, timings })}\n`);
}

/** New tokens that fit behind a prompt; a prompt that fills more than half of the positions is cut to that half. */
function roomFor(promptTokens: number, nPositions: number): number {
  return Math.max(nPositions >> 1, nPositions - Math.max(1, promptTokens));
}
