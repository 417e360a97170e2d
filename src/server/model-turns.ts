/**
 * Whose turn it is with the one model and its KV cache: whoever has begun owns them until they have ended. What the writer
 * waits for goes before what can wait.
 */
export class ModelTurns {
  #running: Promise<unknown> = Promise.resolve();
  #awaited: Promise<unknown> = Promise.resolve();
  #givesWay: AbortController | undefined;

  /** Runs `work` as soon as the model is free. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    let before: Promise<unknown> | undefined;
    // Whoever waited too may have begun first.
    while (before !== this.#running) {
      before = this.#running;
      await before;
    }
    return this.#take(work());
  }

  /** The writer waits for `answer`: patient work is told to stop, and begins again when it has come. */
  putFirst(answer: Promise<unknown>): void {
    this.#givesWay?.abort();
    const settled = [this.#awaited, answer.catch(() => undefined)];
    this.#awaited = Promise.all(settled).then(() => undefined);
  }

  /**
   * Runs `work` when nobody waits for anything else, and anew as often as it had to give way.
   *
   * @returns `undefined` when `signal` ended it.
   */
  async runPatiently<T>(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
    while (!signal.aborted) {
      const [running, awaited] = [this.#running, this.#awaited];
      await Promise.all([running, awaited]);
      if (running !== this.#running || awaited !== this.#awaited) continue;
      if (signal.aborted) break;
      const givesWay = new AbortController();
      this.#givesWay = givesWay;
      const ended = AbortSignal.any([signal, givesWay.signal]);
      const result = await this.#take(work(ended));
      if (!ended.aborted) return result;
    }
    return undefined;
  }

  #take<T>(work: Promise<T>): Promise<T> {
    this.#running = work.catch(() => undefined);
    return work;
  }
}
