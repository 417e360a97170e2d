import { answerMeasurement } from './answer-measurement';
import type { CompletionMeasurement, CompletionRequest } from './completion-measurement';
import { residentMemory } from './resident-memory';
import type { TimedModel } from './timed-continuation';

// Each engine is imported only where it is measured: the other's code is no part of its memory.
async function open({ engine, folder, threads, cacheFolder, precision }: CompletionRequest): Promise<TimedModel> {
  switch (engine) {
    case 'tsuzuki':
      return (await import('./tsuzuki-model')).TsuzukiModel.open(folder, { threads, cacheFolder, precision });
    case 'transformers.js':
      return (await import('./transformers-js-model')).TransformersJsModel.open(folder, { threads });
  }
}

async function measure(request: CompletionRequest): Promise<CompletionMeasurement> {
  const start = performance.now();
  const model = await open(request);
  const loadMs = performance.now() - start;
  const continuations: CompletionMeasurement['continuations'] = [];
  for (const prompt of request.prompts) {
    const begin = performance.now();
    const { ids, times, longestStepMs } = await model.generate(prompt, request.newTokens);
    const [first = Number.NaN] = times;
    const decodeMs = (times.at(-1) ?? Number.NaN) - first;
    continuations.push({ ids: [...ids], firstTokenMs: first - begin, decodeMs, longestStepMs });
  }
  const memory = await residentMemory();
  await model.close();
  return { loadMs, continuations, memory };
}

await answerMeasurement(measure);
