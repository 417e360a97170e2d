/** Half-width marks that tokenizers of the nmt_nfkc kind put for full-width ones, with the mark that prose wants. */
const MARKS: readonly { readonly half: RegExp; readonly full: string }[] = [
  { half: /!/gu, full: '！' },
  { half: /\?/gu, full: '？' },
  { half: /\.\.\./gu, full: '…' },
  { half: /\(/gu, full: '（' },
  { half: /\)/gu, full: '）' },
];

/**
 * Gives a continuation back the full-width marks that the tokenizer took away. A mark that the document itself writes
 * half-width (and never full-width) is the author's habit and stays.
 *
 * @param before The document's text before the cursor.
 */
export function restoreFullWidth(continuation: string, before: string): string {
  let restored = continuation;
  for (const { half, full } of MARKS) {
    const authorsHabit = before.search(half) >= 0 && !before.includes(full);
    if (!authorsHabit) restored = restored.replace(half, full);
  }
  return restored.replace(/([！？]) (?=[^」』）])/gu, '$1　');
}
