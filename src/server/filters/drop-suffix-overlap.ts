/**
 * Drops the end of a suggestion that the text after the cursor already says, such as the 」 that the editor closed.
 */
export function dropSuffixOverlap(suggestion: string, restOfLine: string): string {
  for (let length = Math.min(suggestion.length, restOfLine.length); length > 0; length--) {
    if (restOfLine.startsWith(suggestion.slice(-length))) return suggestion.slice(0, -length);
  }
  return suggestion;
}
