/**
 * Where a suggestion ends of its own accord, besides `</s>`: how long it is. The token limit holds for all of them; what it
 * cuts ends with the last whole 文節, and a paragraph with its last whole sentence.
 */
export const STOP_AT = ['phrase', 'sentence', 'paragraph', 'none'] as const;
export type StopAt = (typeof STOP_AT)[number];

/** Whether ghost text comes by itself, or only when it is asked for. */
export const TRIGGER_MODES = ['automatic', 'manual'] as const;
export type TriggerMode = (typeof TRIGGER_MODES)[number];

/** How the next token is drawn. Names and meanings are those of Hugging Face's `generate`. */
export interface SamplingSettings {
  /** Divides the logits; 0 always takes the likeliest token. */
  readonly temperature: number;
  /** Only the k likeliest tokens may be drawn; 0 switches the rule off. */
  readonly topK: number;
  /** Only the smallest set of likeliest tokens whose probability reaches p may be drawn; 1 switches the rule off. */
  readonly topP: number;
  /** Only tokens with at least this share of the likeliest one's probability may be drawn; 0 switches the rule off. */
  readonly minP: number;
  /** Makes tokens that already occurred less likely; 1 switches the rule off. */
  readonly repetitionPenalty: number;
  readonly maxNewTokens: number;
  /** How many different suggestions an explicit request offers. */
  readonly alternatives: number;
  /** The same seed and text give the same suggestion; `null` draws a new seed for every request. */
  readonly seed: number | null;
}

/** The section `tsuzuki` of the configuration, as the server pulls it for one resource. */
export interface Settings {
  readonly enabled: boolean;
  readonly languages: readonly string[];
  readonly triggerMode: TriggerMode;
  readonly stopAt: StopAt;
  readonly sampling: SamplingSettings;
}

/** What may be sent: any part may be missing, anything may be of the wrong type. */
export type SettingsInput = unknown;

/** Inclusive bounds of every number in {@link SamplingSettings}; `package.json` repeats them (a test compares). */
export const SAMPLING_BOUNDS = {
  temperature: { minimum: 0, maximum: 5, integer: false },
  topK: { minimum: 0, maximum: 1000, integer: true },
  topP: { minimum: 0, maximum: 1, integer: false },
  minP: { minimum: 0, maximum: 1, integer: false },
  repetitionPenalty: { minimum: 1, maximum: 5, integer: false },
  maxNewTokens: { minimum: 1, maximum: 512, integer: true },
  alternatives: { minimum: 1, maximum: 5, integer: true },
  seed: { minimum: 0, maximum: 4294967295, integer: true },
} as const;

export const DEFAULT_SETTINGS: Settings = {
  enabled: true,
  languages: ['plaintext', 'markdown', 'latex', 'novel'],
  triggerMode: 'automatic',
  stopAt: 'sentence',
  sampling: {
    temperature: 1,
    topK: 50,
    topP: 0.95,
    minP: 0,
    repetitionPenalty: 1,
    maxNewTokens: 50,
    alternatives: 3,
    seed: null,
  },
};

/** The setting `dtype`, what the weights are while the model runs: a process has one for life, as it has its model. */
export const DTYPE_SETTINGS = ['default', 'fp32', 'int8', 'int4'] as const;
export type DtypeSetting = (typeof DTYPE_SETTINGS)[number];

/** The setting `threads` goes up to here; 0 lets the machine decide. */
export const MOST_THREADS = 256;

/** The configuration section that holds all of the above. */
export const SETTINGS_SECTION = 'tsuzuki';
