/**
 * Notification, client → server: the next explicit request for this document wants a suggestion of this length, whatever the
 * settings say. Params: {@link LengthParams}. The request itself has no room for it.
 */
export const LENGTH_METHOD = 'tsuzuki/length';

/** What can be asked for. */
export const LENGTHS = ['phrase', 'sentence', 'paragraph'] as const;
export type Length = (typeof LENGTHS)[number];

export interface LengthParams {
  readonly uri: string;
  readonly length: Length;
}
