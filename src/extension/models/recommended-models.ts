import { l10n } from 'vscode';

/** A model of the hub that is worth a writer's time, with what its card and its files there say. */
export interface RecommendedModel {
  /** `owner/name` on the hub. */
  readonly id: string;
  readonly parameters: number;
  readonly layers: number;
  /** Numbers that stand for one token inside the model (`n_embd`). */
  readonly width: number;
  /** Bytes of the files that are needed, as the hub counts them. */
  readonly downloadBytes: number;
  /** As the model's card names it. */
  readonly license: string;
}

/** From small to large, the character models last. The hub is asked for all of it again before anything is fetched. */
export const RECOMMENDED_MODELS: readonly RecommendedModel[] = [
  {
    id: 'rinna/japanese-gpt2-xsmall',
    parameters: 37e6,
    layers: 6,
    width: 512,
    downloadBytes: 157e6,
    license: 'mit',
  },
  {
    id: 'rinna/japanese-gpt2-small',
    parameters: 110e6,
    layers: 12,
    width: 768,
    downloadBytes: 455e6,
    license: 'mit',
  },
  {
    id: 'rinna/japanese-gpt2-medium',
    parameters: 336e6,
    layers: 24,
    width: 1024,
    downloadBytes: 1.37e9,
    license: 'mit',
  },
  {
    id: 'ku-nlp/gpt2-small-japanese-char',
    parameters: 90e6,
    layers: 12,
    width: 768,
    downloadBytes: 374e6,
    license: 'cc-by-sa-4.0',
  },
  {
    id: 'ku-nlp/gpt2-medium-japanese-char',
    parameters: 310e6,
    layers: 24,
    width: 1024,
    downloadBytes: 1.26e9,
    license: 'cc-by-sa-4.0',
  },
];

/** What a writer may expect of a model, in a line; undefined for one that is not recommended. */
export function character(id: string): string | undefined {
  switch (id) {
    case 'rinna/japanese-gpt2-xsmall':
      return l10n.t('Light and quick; keeps the thread for a sentence or two');
    case 'rinna/japanese-gpt2-small':
      return l10n.t('The middle way: modern prose, still quick');
    case 'rinna/japanese-gpt2-medium':
      return l10n.t('The best prose of these; the one to write with');
    case 'ku-nlp/gpt2-small-japanese-char':
      return l10n.t('Writes character by character, and can write any of them');
    case 'ku-nlp/gpt2-medium-japanese-char':
      return l10n.t('Character by character too; slower, and the better prose');
    default:
      return undefined;
  }
}
