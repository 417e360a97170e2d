/** Steps that count for the speed shown: enough to be calm, few enough to follow a machine that becomes busy. */
const REMEMBERED = 20;

/** The speed of the latest steps. */
export class Stopwatch {
  readonly #steps: { readonly seconds: number; readonly tokens: number }[] = [];
  #last = performance.now();

  stepDone(tokens: number): void {
    const now = performance.now();
    this.#steps.push({ seconds: (now - this.#last) / 1000, tokens });
    if (this.#steps.length > REMEMBERED) this.#steps.shift();
    this.#last = now;
  }

  get tokensPerSecond(): number {
    return this.#steps.reduce((sum, { tokens }) => sum + tokens, 0) / this.#seconds;
  }

  get secondsPerStep(): number {
    return this.#seconds / Math.max(1, this.#steps.length);
  }

  get #seconds(): number {
    return this.#steps.reduce((sum, { seconds }) => sum + seconds, 0);
  }
}
