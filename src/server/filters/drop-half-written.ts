/** Drops a tail that a limit cut in the middle of a character, and white space that would be invisible. */
export function dropHalfWritten(suggestion: string): string {
  return suggestion.replace(/\uFFFD+$/u, '').trimEnd();
}
