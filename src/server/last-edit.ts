/** What has happened to the text before the cursor since it was last looked at. */
export type LastEdit =
  | { readonly kind: 'none' }
  | { readonly kind: 'inserted'; readonly text: string }
  | { readonly kind: 'deleted'; readonly text: string }
  /** Its end became another: an input method did that, or the writer wrote over something. */
  | { readonly kind: 'replaced'; readonly removed: string; readonly text: string };

export function lastEdit(before: string, after: string): LastEdit {
  const common = commonStart(before, after);
  const [removed, text] = [before.slice(common), after.slice(common)];
  if (removed === '') return text === '' ? { kind: 'none' } : { kind: 'inserted', text };
  return text === '' ? { kind: 'deleted', text: removed } : { kind: 'replaced', removed, text };
}

/** How many UTF-16 units two texts have in common before they part. */
export function commonStart(a: string, b: string): number {
  // Nearly always one has grown out of the other, which the engine compares faster than this loop.
  if (b.startsWith(a)) return a.length;
  if (a.startsWith(b)) return b.length;
  let length = 0;
  while (length < a.length && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}
