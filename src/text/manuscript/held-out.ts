/** The share of each text, at its end, that is held out. */
const SHARE = 0.1;

/** The two parts of a text: it is trained on the first and measured on the second. */
export interface SplitText {
  readonly training: string;
  /** Empty for a text of a single line. */
  readonly heldOut: string;
}

/**
 * Holds out the end of a text: what begins with the first line that starts in its last tenth, or its last line where
 * that is longer and not more than half of it. A line of a manuscript is a paragraph: none is cut.
 */
export function splitHeldOut(text: string): SplitText {
  const end = text.trimEnd().length;
  const start = text.indexOf('\n', Math.floor(end * (1 - SHARE))) + 1;
  const lastLine = text.lastIndexOf('\n', end - 1) + 1;
  const cut = start > 0 && start < end ? start : lastLine >= end / 2 ? lastLine : end;
  return { training: text.slice(0, cut), heldOut: cut < end ? text.slice(cut) : '' };
}
