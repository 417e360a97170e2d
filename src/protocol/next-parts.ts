import type { CursorParams } from './cursor';

/**
 * Request, client → server: how far the next piece goes of what is offered at the cursor. Params: {@link NextPartsParams},
 * result: {@link NextPart}[], one for each suggestion on offer; none when nothing is.
 */
export const NEXT_PARTS_METHOD = 'tsuzuki/nextParts';

/** A 文節, or a sentence. */
export const PART_UNITS = ['phrase', 'sentence'] as const;
export type PartUnit = (typeof PART_UNITS)[number];

export interface NextPartsParams extends CursorParams {
  readonly unit: PartUnit;
}

/** A suggestion, cut in two. */
export interface NextPart {
  readonly part: string;
  /** Empty when the piece is all that is left. */
  readonly rest: string;
}
