import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { EngineModel } from './completion-measurement';
import type { TimedContinuation, TimedModel } from './timed-continuation';

/** What is used of node-llama-cpp, which is installed outside the repository. */
interface NodeLlamaCpp {
  getLlama(options: {
    readonly build: 'never';
    readonly gpu: false;
    readonly skipDownload: true;
    readonly progressLogs: false;
    readonly logLevel: 'error';
    readonly maxThreads: number;
  }): Promise<Llama>;
}

interface Llama {
  loadModel(options: { readonly modelPath: string; readonly gpuLayers: 0 }): Promise<LlamaModel>;
  dispose(): Promise<void>;
}

interface LlamaModel {
  createContext(options: {
    readonly contextSize: number;
    readonly threads: number;
    readonly flashAttention: true;
    readonly sequences?: number;
  }): Promise<{ getSequence(): LlamaSequence; dispose(): Promise<void> }>;
}

interface LlamaSequence {
  clearHistory(): Promise<void>;
  evaluateWithoutGeneratingNewTokens(tokens: readonly number[]): Promise<void>;
  /** Evaluates tokens, and gives the likeliest next one where it is asked for. */
  controlledEvaluate(
    input: readonly (readonly [
      token: number,
      { readonly generateNext: { readonly token: true; readonly options: { readonly temperature: 0 } } },
    ])[],
  ): Promise<readonly ({ readonly next: { readonly token?: number | null } } | undefined)[]>;
}

const GREEDY = { generateNext: { token: true, options: { temperature: 0 } } } as const;

/** The positions of the models that are measured. */
const CONTEXT = 1024;

/** A GPT-2 in llama.cpp on the CPU, with flash attention, which is its faster way. */
export class LlamaCppModel implements TimedModel {
  private constructor(
    private readonly llama: Llama,
    private readonly model: LlamaModel,
    private readonly sequence: LlamaSequence,
    private readonly threads: number,
  ) {}

  static async open(
    { packages, file }: Extract<EngineModel, { engine: 'llama.cpp' }>,
    threads: number,
  ): Promise<LlamaCppModel> {
    const entry = join(packages, 'node_modules/node-llama-cpp/dist/index.js');
    const { getLlama } = (await import(pathToFileURL(entry).href)) as NodeLlamaCpp;
    const llama = await getLlama({
      build: 'never',
      gpu: false,
      skipDownload: true,
      progressLogs: false,
      logLevel: 'error',
      maxThreads: threads,
    });
    const model = await llama.loadModel({ modelPath: file, gpuLayers: 0 });
    const context = await model.createContext({ contextSize: CONTEXT, threads, flashAttention: true });
    return new LlamaCppModel(llama, model, context.getSequence(), threads);
  }

  async generate(prompt: readonly number[], count: number): Promise<TimedContinuation> {
    await this.sequence.clearHistory();
    const ids: number[] = [];
    const times: number[] = [];
    let longestStepMs = 0;
    let begin = performance.now();
    await this.sequence.evaluateWithoutGeneratingNewTokens(prompt.slice(0, -1));
    let token = prompt.at(-1) ?? 0;
    while (ids.length < count) {
      const results = await this.sequence.controlledEvaluate([[token, GREEDY]]);
      token = results.at(-1)?.next.token ?? 0;
      ids.push(token);
      const now = performance.now();
      times.push(now);
      longestStepMs = Math.max(longestStepMs, now - begin);
      begin = now;
    }
    return { ids, times, longestStepMs };
  }

  async sideBySide(prompt: readonly number[], ways: number, count: number): Promise<number> {
    const { threads } = this;
    const context = await this.model.createContext({
      contextSize: CONTEXT,
      threads,
      flashAttention: true,
      sequences: ways,
    });
    const sequences = Array.from({ length: ways }, () => context.getSequence());
    for (const sequence of sequences) await sequence.evaluateWithoutGeneratingNewTokens(prompt);
    let tokens = sequences.map((_, i) => (prompt.at(-1) ?? 0) + i);
    const begin = performance.now();
    for (let i = 1; i < count; i++) {
      // The library puts what is asked of several sequences at once into one batch.
      const results = await Promise.all(
        sequences.map((sequence, way) => sequence.controlledEvaluate([[tokens[way] ?? 0, GREEDY]])),
      );
      tokens = results.map((result) => result.at(-1)?.next.token ?? 0);
    }
    const ms = performance.now() - begin;
    await context.dispose();
    return ms;
  }

  async close(): Promise<void> {
    await this.llama.dispose();
  }
}
