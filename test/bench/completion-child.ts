import { answerMeasurement } from './answer-measurement';
import type { CompletionMeasurement, CompletionRequest } from './completion-measurement';
import { residentMemory } from './resident-memory';
import type { TimedModel } from './timed-continuation';

// Each engine is imported only where it is measured: the others' code is no part of its memory.
async function open({ model, threads }: CompletionRequest): Promise<TimedModel> {
  switch (model.engine) {
    case 'tsuzuki':
      return (await import('./tsuzuki-model')).TsuzukiModel.open(model, threads);
    case 'transformers.js':
      return (await import('./transformers-js-model')).TransformersJsModel.open(model, threads);
    case 'llama.cpp':
      return (await import('./llama-cpp-model')).LlamaCppModel.open(model, threads);
  }
}

async function measure(request: CompletionRequest): Promise<CompletionMeasurement> {
  const start = performance.now();
  const model = await open(request);
  const loadMs = performance.now() - start;
  const loadedMemory = await residentMemory();
  const continuations: CompletionMeasurement['continuations'] = [];
  for (const prompt of request.prompts) {
    const begin = performance.now();
    const { ids, times, longestStepMs } = await model.generate(prompt, request.newTokens);
    const [first = Number.NaN] = times;
    const decodeMs = (times.at(-1) ?? Number.NaN) - first;
    continuations.push({ ids: [...ids], firstTokenMs: first - begin, decodeMs, longestStepMs });
  }
  const memory = await residentMemory();
  const { sideBySide, newTokens } = request;
  const sideBySideMs = sideBySide && (await model.sideBySide(sideBySide.prompt, sideBySide.ways, newTokens));
  await model.close();
  return { loadMs, loadedMemory, continuations, memory, ...(sideBySideMs !== undefined && { sideBySideMs }) };
}

await answerMeasurement(measure);
