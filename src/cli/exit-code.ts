/** Exit codes of the `tsuzuki` command, as the README lists them. */
export const EXIT = {
  ok: 0,
  /** Something unforeseen: a defect of Tsuzuki, or an installation that does not run on this system. */
  failure: 1,
  /** The arguments are wrong. */
  usage: 2,
  /** The model folder or the adapter folder cannot be used. */
  model: 3,
  /** A text file cannot be read. */
  input: 4,
  /** A run of fine-tuning cannot begin or go on. */
  training: 5,
  /** A model cannot be downloaded. */
  download: 6,
  /** Stopped by Ctrl-C. */
  interrupted: 130,
} as const;
