/** A document and its cursor as plain text: what an editor makes of keys, without an editor. */
export interface Manuscript {
  readonly text: string;
  /** UTF-16 units before the cursor. */
  readonly cursor: number;
}

export function inserted({ text, cursor }: Manuscript, more: string): Manuscript {
  return { text: text.slice(0, cursor) + more + text.slice(cursor), cursor: cursor + more.length };
}

/** Without the characters before the cursor, at most as many as there are. */
export function erased({ text, cursor }: Manuscript, count: number): Manuscript {
  const start = Math.max(0, cursor - count);
  return { text: text.slice(0, start) + text.slice(cursor), cursor: start };
}

/** With the cursor so many characters further, or back; it stops at the ends. */
export function moved({ text, cursor }: Manuscript, by: number): Manuscript {
  return { text, cursor: Math.min(text.length, Math.max(0, cursor + by)) };
}

export function atEnd({ text }: Manuscript): Manuscript {
  return { text, cursor: text.length };
}

export function before({ text, cursor }: Manuscript): string {
  return text.slice(0, cursor);
}

/** Whether nothing stands behind the cursor in its line: only there is anything offered. */
export function isAtLineEnd({ text, cursor }: Manuscript): boolean {
  return cursor === text.length || text[cursor] === '\n';
}

/** Line and column, both from 1, as the status bar of an editor says them. */
export function place(manuscript: Manuscript): { readonly line: number; readonly column: number } {
  const lines = before(manuscript).split('\n');
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
