import { setTimeout as delay } from 'node:timers/promises';

/** How long anything in the editor may take on a busy machine, in milliseconds. */
export const PATIENCE_MS = 60_000;

/** Asks again and again until `probe` gives something other than `undefined` or `false`. */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  for (const end = Date.now() + patienceMs; ; await delay(50)) {
    const value = await probe();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > end) throw new Error(`waited ${patienceMs / 1000} s for: ${what}`);
  }
}
