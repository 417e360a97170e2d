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

  async close(): Promise<void> {
    await this.model.close();
  }
}
