/** Half-width marks that tokenizers of the nmt_nfkc kind put for full-width ones, with the mark that prose wants. */
const MARKS: readonly { readonly half: RegExp; readonly full: string }[] = [
  { half: /!/gu, full: '！' },
  { half: /\?/gu, full: '？' },
  { half: /\.\.\./gu, full: '…' },
  { half: /\(/gu, full: '（' },
  { half: /\)/gu, full: '）' },
];

/** Marks that prose may well want half-width: these are restored only for who writes them full-width. */
const OTHERS = ':;~%&+=/*<>@#';
const FULL_WIDTH_OFFSET = 0xfee0;

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
  for (const half of OTHERS) {
    const full = String.fromCharCode(half.charCodeAt(0) + FULL_WIDTH_OFFSET);
    if (before.includes(full) && !before.includes(half)) restored = restored.replaceAll(half, full);
  }
  return restored;
}
