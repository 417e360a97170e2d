import { l10n } from 'vscode';
import { number, percent } from '../../figures';
import type { Verdict } from '../progress';

/** What a run has brought, in a sentence. */
export function verdictText(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'unknown':
      return l10n.t('Done. Nothing was held out, so whether it helped cannot be said: try it.');
    case 'better':
      return l10n.t('It helped: the model predicts the held-out text {0} better.', percent(verdict.share));
    case 'worse':
      return l10n.t(
        'It did not help: the model predicts the held-out text {0} worse. The model you have stays in use. More text or a shorter run may do better.',
        percent(verdict.share),
      );
  }
}

/** The same in a few words, for a list; empty where nothing is known. */
export function shortVerdict(verdict: Verdict): string {
  if (verdict.kind === 'unknown') return '';
  const share = percent(verdict.share);
  const words = verdict.kind === 'better' ? l10n.t('{0} better', share) : l10n.t('{0} worse', share);
  const { bitsPerCharacter: bits } = verdict;
  return bits === undefined
    ? words
    : `${words} (${l10n.t('{0} → {1} bits per character', number(bits.before, 2), number(bits.after, 2))})`;
}
