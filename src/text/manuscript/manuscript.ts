import type { TextEncoding } from '../encoding/text-encoding';
import type { Markup } from '../markup/markup';
import type { GeneratedSign } from './generated';

/** A file that may be a manuscript. */
export interface ManuscriptFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** As the user chose it; undefined to detect it. */
  readonly encoding?: TextEncoding;
  /** When it was last changed, in milliseconds since 1970. */
  readonly modified?: number;
}

/** What a model can learn from. */
export interface Prose {
  readonly kind: 'prose';
  readonly path: string;
  /** Without markup, its lines ending in \n. */
  readonly text: string;
  readonly encoding: TextEncoding;
  /** What was stripped. */
  readonly markup: readonly Markup[];
  /** How many characters the text has, white space apart. */
  readonly characters: number;
  readonly modified?: number;
}

/** A file that is not learnt from. */
export interface LeftOut {
  readonly kind: 'left-out';
  readonly path: string;
  readonly reason: LeftOutReason;
}

export type LeftOutReason =
  /** Nothing but white space and markup. */
  | { readonly kind: 'empty' }
  /** A byte that no text has, at an offset in bytes. */
  | { readonly kind: 'binary'; readonly offset: number }
  /** A sequence that the encoding does not have: offset in bytes, line from 1. */
  | { readonly kind: 'invalid-bytes'; readonly encoding: TextEncoding; readonly offset: number; readonly line: number }
  | { readonly kind: 'not-japanese' }
  | { readonly kind: 'too-short'; readonly characters: number; readonly minimum: number }
  /** A program wrote it. */
  | { readonly kind: 'generated'; readonly sign: GeneratedSign }
  /** Most of it, the share from 0 to 1, stands in the file `of` too, which is kept. */
  | { readonly kind: 'near-duplicate'; readonly of: string; readonly share: number };

export type Manuscript = Prose | LeftOut;
