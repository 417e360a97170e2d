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

/** What tokenizers of the nmt_nfkc kind, rinna's among them, cannot write. */
export const LOST_TO_NFKC: ReadonlySet<string> = new Set(['\n', '　', ...MARKS.map(({ full }) => full)]);

/**
 * Gives a continuation back the full-width marks that the tokenizer took away. A mark that the document itself writes
 * half-width (and never full-width) is the author's habit and stays. A mark that the model can write both ways is
 * changed for those alone who write it full-width only.
 *
 * @param before The document's text before the cursor.
 * @param unwritable Characters that the model's tokenizer cannot write.
 */
export function restoreFullWidth(continuation: string, before: string, unwritable = LOST_TO_NFKC): string {
  let restored = continuation;
  for (const { half, full } of MARKS) {
    const writesHalf = before.search(half) >= 0;
    const writesFull = before.includes(full);
    const restores = unwritable.has(full) ? writesFull || !writesHalf : writesFull && !writesHalf;
    if (restores) restored = restored.replace(half, full);
  }
  for (const half of OTHERS) {
    const full = String.fromCharCode(half.charCodeAt(0) + FULL_WIDTH_OFFSET);
    if (before.includes(full) && !before.includes(half)) restored = restored.replaceAll(half, full);
  }
  return restored;
}
