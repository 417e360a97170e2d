/**
 * Notification, client → server: the writer has put the cursor somewhere and has not typed since. The server may read the
 * text before it in advance. Params: {@link CursorParams}. A client that never sends it loses nothing but that time.
 */
export const CURSOR_METHOD = 'tsuzuki/cursor';

export interface CursorParams {
  readonly uri: string;
  /** As in LSP: both counted from 0, in UTF-16 units. */
  readonly position: { readonly line: number; readonly character: number };
}
