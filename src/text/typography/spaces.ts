const CLOSERS = '」』）〉》】〕］”’';
/**
 * A character before which ！ and ？ take their space: neither mark nor bracket that closes, nor white space; nor a bracket
 * of speech, which begins a line.
 */
const TEXT = `[^\\s！？!?…‥―—─、。，．・ー～〜「『${CLOSERS}]`;
const SPACED = new RegExp(`[！？][　 ](?=${TEXT})`, 'gu');
const UNSPACED = new RegExp(`[！？](?=${TEXT})`, 'gu');

/**
 * The space behind ！ and ？, full-width, where the author leaves one, and none where they do not; never one before a
 * bracket that closes. What the document does not show is left to the model.
 */
export function restoreSpaces(continuation: string, before: string): string {
  const spaced = before.match(SPACED)?.length ?? 0;
  const unspaced = before.match(UNSPACED)?.length ?? 0;
  // The mark may stand before the cursor, with its space or without.
  const seam = /[！？][　 ]?$/u.exec(before)?.[0] ?? '';
  let text = seam + continuation;
  if (seam.length > 1) text = seam + continuation.trimStart();
  text = text.replace(SPACED, (mark) => mark.charAt(0) + (unspaced > spaced ? '' : '　'));
  if (spaced > unspaced) text = text.replace(UNSPACED, '$&　');
  text = text.replace(new RegExp(`([！？!?…])[　 ]+(?=[${CLOSERS}])`, 'gu'), '$1');
  return text.startsWith(seam) ? text.slice(seam.length) : continuation;
}
