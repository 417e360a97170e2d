/** Request to the trainer: {@link ReadManuscriptsParams}, answered by one {@link ManuscriptReport} for each file. */
export const READ_MANUSCRIPTS_METHOD = 'tsuzuki/readManuscripts';

/** Notification from the trainer while it reads: how many files it has read. */
export const MANUSCRIPTS_READ_METHOD = 'tsuzuki/manuscriptsRead';

/** Request to the trainer: {@link WriteTextsParams}, answered by {@link WrittenTexts}. */
export const WRITE_TEXTS_METHOD = 'tsuzuki/writeTexts';

/** A file that may be a manuscript. */
export interface ManuscriptSource {
  /** Absolute. */
  readonly path: string;
  /** VS Code's name of the encoding that the user set for such files; missing to detect it. */
  readonly encoding?: string;
}

export interface ReadManuscriptsParams {
  readonly files: readonly ManuscriptSource[];
  /** Hugging Face folder of the model whose tokens are counted. */
  readonly model: string;
}

/** How long a text is. */
export interface TextLength {
  /** White space apart. */
  readonly characters: number;
  readonly tokens: number;
}

/** What a file that can be read holds. */
export interface TextFacts {
  /** VS Code's name. */
  readonly encoding: string;
  /** What would be trained on. */
  readonly training: TextLength;
  /** The end of the text, which would be held out. */
  readonly heldOut: TextLength;
}

export interface ManuscriptReport {
  readonly path: string;
  /** Missing where the file cannot be read. */
  readonly text?: TextFacts;
  /** Of the text without markup, by which a later run knows what was learnt already; missing likewise. */
  readonly sha256?: string;
  /** Why it is better left out; missing for Japanese prose. */
  readonly leftOut?: LeftOutReason;
}

/** Why a file is left out: `LeftOutReason` of `src/text`, for those that know the protocol only, and one more. */
export type LeftOutReason =
  | { readonly kind: 'unreadable'; readonly message: string }
  | { readonly kind: 'empty' }
  | { readonly kind: 'binary'; readonly offset: number }
  | { readonly kind: 'invalid-bytes'; readonly encoding: string; readonly offset: number; readonly line: number }
  | { readonly kind: 'not-japanese' }
  | { readonly kind: 'too-short'; readonly characters: number; readonly minimum: number }
  | { readonly kind: 'generated'; readonly sign: 'log' | 'long-line' | 'repeated-lines' | 'table' }
  /** By the result that is to be taught further; the extension alone knows. */
  | { readonly kind: 'already-learnt' }
  | { readonly kind: 'near-duplicate'; readonly of: string; readonly share: number };

export interface WriteTextsParams {
  readonly files: readonly ManuscriptSource[];
  /** New or empty: the texts go into two folders in it. */
  readonly folder: string;
}

/** Folders of UTF-8 texts without markup. */
export interface WrittenTexts {
  readonly training: string;
  /** Missing where nothing could be held out. */
  readonly heldOut?: string;
}
