import type { AnswerCost } from '../../protocol/status';

/** Shorter answers say more of the overhead than of the speed. */
const FEWEST_TOKENS = 6;
/** Reading more than this takes time that is not writing. */
const MOST_PROMPT_TOKENS = 4;
/** The weight of one answer among those before it. */
const NEW_SHARE = 0.2;

/** How fast an answer was written, in tokens a second; undefined where it does not tell. */
export function speedOf({ newTokens, promptTokens, modelMs }: AnswerCost): number | undefined {
  if (newTokens < FEWEST_TOKENS || promptTokens > MOST_PROMPT_TOKENS || modelMs <= 0) return undefined;
  return (1000 * newTokens) / modelMs;
}

/** What is kept between sessions, as VS Code's `Memento` does. */
export interface Memory {
  get<T>(key: string): T | undefined;
  update(key: string, value: unknown): PromiseLike<void>;
}

const KEY = 'tsuzuki.speeds';

/** How fast models have written on this machine, by folder and dtype. */
export class SpeedRecord {
  constructor(private readonly memory: Memory) {}

  /** Tokens a second, a moving mean; undefined for a model that was never run, or never wrote enough. */
  of(folder: string, dtype: string): number | undefined {
    return this.#all()[keyOf(folder, dtype)];
  }

  note(folder: string, dtype: string, answer: AnswerCost): void {
    const speed = speedOf(answer);
    if (speed === undefined) return;
    const before = this.of(folder, dtype);
    const mean = before === undefined ? speed : before + NEW_SHARE * (speed - before);
    void this.memory.update(KEY, { ...this.#all(), [keyOf(folder, dtype)]: Math.round(mean * 10) / 10 });
  }

  forget(folder: string): void {
    const kept = Object.entries(this.#all()).filter(([key]) => !key.startsWith(`${folder}\n`));
    void this.memory.update(KEY, Object.fromEntries(kept));
  }

  #all(): Readonly<Record<string, number>> {
    return this.memory.get<Readonly<Record<string, number>>>(KEY) ?? {};
  }
}

function keyOf(folder: string, dtype: string): string {
  return `${folder}\n${dtype}`;
}
