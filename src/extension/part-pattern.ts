import type { NextPart } from '../protocol/next-parts';

/** A text of another origin is taken up to its next mark, and not as a whole. */
const CLAUSE = '[^\\s、。！？!?]+[、。！？!?」』）]*';

/**
 * A word pattern in which the first word of each suggestion is its next piece: whichever of them is drawn, the editor's own
 * command takes the piece. What follows a piece decides between suggestions that begin alike.
 */
export function partPattern(parts: readonly NextPart[]): RegExp {
  const pieces = parts.map(({ part, rest }) => `^${literally(part)}(?=${literally(rest)}$)`);
  return new RegExp([...pieces, CLAUSE].join('|'));
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&').replace(/\n/g, '\\r?\\n');
}
