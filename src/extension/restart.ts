/**
 * Runs a restart at most once at a time. Requests that arrive while one runs are answered together by a single
 * further run, so that a burst of changes to the settings costs two restarts at most, and the last one sees them all.
 */
export class RestartQueue {
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(private readonly restart: () => Promise<void>) {}

  /** Resolves when a restart that began after this call has ended. */
  request(): Promise<void> {
    if (this.#running === undefined) return this.#run();
    this.#next ??= this.#running
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined;
        return this.#run();
      });
    return this.#next;
  }

  #run(): Promise<void> {
    const run = this.restart().finally(() => {
      if (this.#running === run) this.#running = undefined;
    });
    this.#running = run;
    return run;
  }
}
