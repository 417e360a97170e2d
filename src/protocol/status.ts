/** The model as the user knows it. */
export interface ModelIdentity {
  /** Last part of the folder's path, for example `tsuzuki-base-ja`. */
  readonly name: string;
  /** Absolute path of the Hugging Face folder. */
  readonly folder: string;
}

/** What an answer of the model cost. */
export interface AnswerCost {
  /** From the receipt of the request until the model was asked: the wait for a next keystroke, and for the model. */
  readonly waitMs: number;
  /** From there to the answer. */
  readonly modelMs: number;
  /** Tokens of the prompt that had been evaluated before. */
  readonly heldTokens: number;
  /** Tokens of the prompt that had not. */
  readonly promptTokens: number;
  /** Tokens written, of all suggestions together. */
  readonly newTokens: number;
  /** Bytes of what the model keeps of the text (KV cache). */
  readonly cacheBytes: number;
}

/**
 * What the sidecar is doing. Exactly one of these holds at any time; the status bar is a function of it.
 */
export type ServerStatus =
  | {
      readonly state: 'loading';
      readonly model: ModelIdentity;
      /** The share of the import that has been done, from 0 to 1, while there is one. */
      readonly quantized?: number;
      /** How long the rest of them will take, once that can be told. */
      readonly secondsLeft?: number;
    }
  | {
      readonly state: 'ready';
      readonly model: ModelIdentity;
      readonly loadMs: number;
      /** Threads of a forward pass. */
      readonly threads: number;
      /** What the last answer cost; missing before there was one. */
      readonly answer?: AnswerCost;
      /** How long answers take, in ms, while that is too long to wait for. */
      readonly slowMs?: number;
    }
  | { readonly state: 'generating'; readonly model: ModelIdentity }
  | {
      readonly state: 'error';
      readonly model: ModelIdentity;
      /** One paragraph for the user, in the language of the client: which file, what is wrong, the cure. */
      readonly message: string;
    };

/** Notification, server → client, sent whenever the status changes. Params: {@link ServerStatus}. */
export const STATUS_METHOD = 'tsuzuki/status';
