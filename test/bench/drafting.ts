// Whether drafting by prompt lookup would pay on prose: npm run bench:drafting -- --help
import { Command } from 'commander';
import { markdownTable } from 'markdown-table';
import { number } from '../../src/cli/options';
import { openCheckpoint } from '../../src/engine/checkpoint/checkpoint';
import { DecoderSession } from '../../src/engine/inference/decoder-session';
import { generate } from '../../src/engine/inference/generate';
import { LanguageModel } from '../../src/engine/inference/language-model';
import { encodeLines } from '../../src/engine/tokenizer/tokenizer';
import { BENCH_CACHE, embeddedModel, randomMediumModel } from './completion-models';
import { heldOutTexts } from './held-out-text';
import { describeMachine, thisMachine } from './machine';
import { median } from './repetitions';

interface Options {
  readonly text: string;
  readonly texts: number;
}

const PROMPT_TOKENS = 160;
const NEW_TOKENS = 50;
/** A draft is what followed the last time that so many tokens stood together. */
const NGRAMS = [3, 2];
const DRAFT_TOKENS = 3;

const count = (maximum: number) => number({ minimum: 1, maximum, integer: true });
void new Command('bench:drafting')
  .description('tokens that prompt lookup (Saxena 2023) guesses right in what the embedded model writes')
  .requiredOption('--text <file>', 'held-out text, JSON Lines; also .xz')
  .option('--texts <n>', 'texts that are continued', count(1000), 60)
  .action(main)
  .parseAsync();

async function main({ text, texts }: Options): Promise<void> {
  const cost = await costOfDraft();
  const { folders } = await embeddedModel();
  const model = await LanguageModel.open(folders.tsuzuki, { cacheFolder: BENCH_CACHE });
  const prompts = (await heldOutTexts(text))
    .map((one) => encodeLines(model.tokenizer, one).slice(0, PROMPT_TOKENS))
    .filter(({ length }) => length === PROMPT_TOKENS)
    .slice(0, texts);
  const rows: string[][] = [];
  for (const [name, temperature] of [
    ['sampled, temperature 1', 1],
    ['greedy', 0],
  ] as const) {
    let passes = 0;
    let drafted = 0;
    let tokens = 0;
    for (const [seed, prompt] of prompts.entries()) {
      const sampling = {
        temperature,
        topK: 50,
        topP: 0.95,
        minP: 0,
        repetitionPenalty: 1,
        stopAt: 'none',
        seed,
      } as const;
      const { ids } = await generate(model, prompt, { ...sampling, maxNewTokens: NEW_TOKENS });
      const lookup = passesWithLookup(prompt, ids);
      passes += lookup.passes;
      drafted += lookup.drafted;
      tokens += ids.length;
    }
    const time = passes - drafted + drafted * cost;
    const share = `${((100 * drafted) / passes).toFixed(0)} %`;
    rows.push([name, String(tokens), (tokens / passes).toFixed(3), share, cost.toFixed(2), (tokens / time).toFixed(2)]);
  }
  await model.close();
  const header = ['text', 'tokens', 'tokens a pass', 'passes with a draft', 'cost of such a pass', 'speed, × without'];
  process.stdout.write(`${describeMachine(thisMachine())}; ${prompts.length} texts\n\n`);
  process.stdout.write(`${markdownTable([header, ...rows], { align: ['l', 'r', 'r', 'r', 'r', 'r'] })}\n`);
}

/** How many passes write `ids` when each also evaluates a draft, where there is one. */
function passesWithLookup(prompt: readonly number[], ids: readonly number[]): { passes: number; drafted: number } {
  let [passes, drafted] = [0, 0];
  for (let done = 0; done < ids.length; passes++) {
    const draft = draftAfter([...prompt, ...ids.slice(0, done)]);
    if (draft.length > 0) drafted++;
    let right = 0;
    while (right < draft.length && draft[right] === ids[done + right]) right++;
    done += right + 1;
  }
  return { passes, drafted };
}

function draftAfter(tokens: readonly number[]): readonly number[] {
  for (const n of NGRAMS) {
    const last = tokens.slice(-n);
    for (let at = tokens.length - n - 1; at >= 0; at--) {
      if (last.every((token, i) => tokens[at + i] === token)) return tokens.slice(at + n, at + n + DRAFT_TOKENS);
    }
  }
  return [];
}

/** What a pass over a token and its draft costs, a pass over a token alone being 1: medium shape, 8 bits, 256 tokens before. */
async function costOfDraft(): Promise<number> {
  const checkpoint = await openCheckpoint((await randomMediumModel()).folders.tsuzuki);
  const options = { logitsOf: 'all', cacheFolder: BENCH_CACHE, precision: 'int8', threads: 1 } as const;
  const session = await DecoderSession.create(checkpoint, options);
  const cache = session.newCache();
  for (let i = 0; i < 256; i += 64) {
    await session.forward(
      Array.from({ length: 64 }, (_, j) => i + j + 10),
      cache,
    );
  }
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round < 40; round++) {
    for (const [which, length] of [1, 1 + DRAFT_TOKENS].entries()) {
      const start = performance.now();
      await session.forward(
        Array.from({ length }, (_, j) => j + 100),
        cache,
      );
      times[which]?.push(performance.now() - start);
      cache.truncate(256);
    }
  }
  await session.release();
  return median(times[1]) / median(times[0]);
}
