import { LanguageModel } from '../../src/engine/inference/language-model';
import { distribution, draw } from '../../src/engine/inference/sampler';
import type { EngineModel } from './completion-measurement';
import type { TimedContinuation, TimedModel } from './timed-continuation';

const GREEDY = { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 } as const;

/** Our engine as the sidecar runs it: the prompt in chunks that can be cancelled, our KV cache, our sampler. */
export class TsuzukiModel implements TimedModel {
  private constructor(private readonly model: LanguageModel) {}

  /** Opens a Hugging Face folder, tokenizer included. */
  static async open(
    { folder, cacheFolder, precision }: Extract<EngineModel, { engine: 'tsuzuki' }>,
    threads: number,
  ): Promise<TsuzukiModel> {
    return new TsuzukiModel(await LanguageModel.open(folder, { threads, cacheFolder, precision }));
  }

  async generate(prompt: readonly number[], count: number): Promise<TimedContinuation> {
    this.model.clearCache();
    const ids: number[] = [];
    const times: number[] = [];
    let longestStepMs = 0;
    while (ids.length < count) {
      const tokens = [...prompt, ...ids];
      const onStage = (ms: number) => {
        longestStepMs = Math.max(longestStepMs, ms);
      };
      const logits = await this.model.logitsAfter(tokens, { onStage });
      ids.push(draw(distribution(logits, GREEDY, tokens), () => 0));
      times.push(performance.now());
    }
    return { ids, times, longestStepMs };
  }

  async sideBySide(prompt: readonly number[], ways: number, count: number): Promise<number> {
    this.model.clearCache();
    const first = await this.model.logitsAfter(prompt);
    const likeliest = Array.from(first.keys()).sort((a, b) => (first[b] ?? 0) - (first[a] ?? 0));
    const branches = this.model.branches();
    const ids = likeliest.slice(0, ways).map((id) => [id]);
    const begin = performance.now();
    for (let i = 1; i < count; i++) {
      const logits = await branches.step(ids.map((before, branch) => ({ branch, id: before.at(-1) ?? 0 })));
      for (const [branch, one] of logits.entries()) {
        const before = ids[branch] ?? [];
        before.push(draw(distribution(one, GREEDY, before), () => 0));
      }
    }
    const ms = performance.now() - begin;
    branches.keep(0);
    return ms;
  }

  async close(): Promise<void> {
    await this.model.close();
  }
}
