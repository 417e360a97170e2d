/**
 * Drops a tail that a limit cut in the middle of a character, and white space that would be invisible; all of a suggestion
 * that is a comma and nothing more: to type it is no more work than to take it.
 */
export function dropHalfWritten(suggestion: string): string {
  return suggestion
    .replace(/\uFFFD+$/u, '')
    .trimEnd()
    .replace(/^[、，,]$/u, '');
}
