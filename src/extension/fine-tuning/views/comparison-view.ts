import { l10n } from 'vscode';
import { type Html, html } from '../../web-page/html';
import { type ComparedText, type Comparison, firstUnwritten } from '../comparison';

/** A beginning that any model can show itself on. */
const EXAMPLE = '彼は老いていた。漁師は';

/** The same texts continued by the model as it was and by the fine-tuned one, side by side. */
export function comparisonView(comparison: Comparison): Html {
  const writing = firstUnwritten(comparison) >= 0;
  return html`<h2>${l10n.t('Before and After')}</h2>
<p class="hint">${l10n.t(
    'The same text, the same settings, the same seeds: only the model differs. The text goes no further than your own settings say.',
  )}</p>
${comparison.map(compared)}
<p class="hint" role="status">${writing ? l10n.t('Both models are writing…') : ''}</p>`;
}

/** The field for a text of one's own. It never changes: what is being typed must not be drawn over. */
export function comparisonForm(): Html {
  return html`<form class="compare" data-action="compare">
  <label for="compare-text">${l10n.t('Have both continue a text of yours')}</label>
  <div><input type="text" id="compare-text" name="value" maxlength="1000" placeholder="${EXAMPLE}" autocomplete="off" required>
  <button id="compare" class="secondary">${l10n.t('Compare')}</button></div>
</form>`;
}

function compared({ text: given, before, after, problem }: ComparedText): Html {
  const text = withoutLineBreaks(given);
  if (problem !== undefined) {
    return html`<p class="compared">${text}</p><p class="problem" role="alert">${problem}</p>`;
  }
  const count = Math.max(1, before?.length ?? 0, after?.length ?? 0);
  const rows = Array.from({ length: count }, (_, i) => html`<tr>${cell(before, i)}${cell(after, i)}</tr>`);
  return html`<table class="comparison">
  <caption class="compared">${text}</caption>
  <thead><tr><th scope="col">${l10n.t('Before')}</th><th scope="col">${l10n.t('After')}</th></tr></thead>
  <tbody>${rows}</tbody>
</table>`;
}

function cell(texts: readonly string[] | undefined, index: number): Html {
  if (texts === undefined) return html`<td class="hint">${index === 0 && l10n.t('writing…')}</td>`;
  const text = withoutLineBreaks(texts[index] ?? '');
  return text === '' ? html`<td class="hint">${l10n.t('(would end here)')}</td>` : html`<td>${text}</td>`;
}

/** Without the line breaks around it; the full-width space that opens a paragraph stays. */
function withoutLineBreaks(text: string): string {
  return text.replace(/^\s*\n/u, '').trimEnd();
}
