const LONGEST = 100;

/** A name out of a file that nobody vouches for, fit to be shown in one line of a terminal. */
export function printable(text: string): string {
  return text.replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, '\uFFFD').slice(0, LONGEST);
}
