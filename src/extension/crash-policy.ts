/** How many crashes within {@link CRASH_WINDOW_MS} are answered by starting the sidecar again. */
export const MAX_RESTARTS = 3;
export const CRASH_WINDOW_MS = 3 * 60 * 1000;

/** Decides whether a sidecar that ended unasked is started again. */
export class CrashPolicy {
  #crashes: number[] = [];

  /** Takes note of a crash at the time `now` (milliseconds) and says what to do about it. */
  crashed(now: number): 'restart' | 'give up' {
    this.#crashes = [...this.#crashes.filter((time) => now - time < CRASH_WINDOW_MS), now];
    return this.#crashes.length <= MAX_RESTARTS ? 'restart' : 'give up';
  }

  /** Forgets earlier crashes, because the user asked for a new start. */
  reset(): void {
    this.#crashes = [];
  }
}
