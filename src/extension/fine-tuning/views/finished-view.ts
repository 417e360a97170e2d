import { l10n } from 'vscode';
import { number } from '../../figures';
import { type Html, html } from '../../web-page/html';
import type { BeforeAndAfter, Verdict } from '../progress';
import { comparisonForm, comparisonView } from './comparison-view';
import { lossChart } from './loss-chart';
import type { PanelState } from './panel-state';
import { verdictText } from './verdict-text';
import type { Section } from './view';

type FinishedState = Extract<PanelState, { kind: 'finished' }>;

/** What is shown when a run has ended with a result. */
export function finishedSections(state: FinishedState): readonly Section[] {
  return [
    {
      id: 'verdict',
      html: html`<p class="verdict ${state.verdict.kind}" role="status">${verdictText(state.verdict)}</p>`,
    },
    { id: 'use', html: use(state) },
    { id: 'figures', html: figures(state.verdict) },
    { id: 'comparison', html: comparisonView(state.comparison) },
    { id: 'compare', html: comparisonForm() },
    { id: 'chart', html: lossChart(state.progress) },
    { id: 'result', html: result(state) },
  ];
}

/** The held-out text in figures. */
function figures(verdict: Verdict): Html {
  if (verdict.kind === 'unknown') return html``;
  const { bitsPerCharacter: bits, loss } = verdict;
  const row = (name: string, digits: number, { before, after }: BeforeAndAfter) => html`<tr><th scope="row">${name}</th>
    <td class="number">${number(before, digits)}</td><td class="number">${number(after, digits)}</td></tr>`;
  return html`<table class="before-after">
  <thead><tr><th scope="col">${l10n.t('Held-out text')}</th>
    <th scope="col" class="number">${l10n.t('Before')}</th><th scope="col" class="number">${l10n.t('After')}</th></tr></thead>
  <tbody>${bits && row(l10n.t('Bits per character'), 4, bits)}${row(l10n.t('Loss (nats per token)'), 4, loss)}</tbody>
</table>
<p class="hint">${l10n.t('The lower, the better the text is predicted.')}</p>`;
}

function use({ verdict, inUse }: FinishedState): Html {
  if (inUse) {
    return html`<p>${l10n.t('This workspace uses it.')}</p>
<p><button id="go-back" class="secondary" data-action="go-back">${l10n.t('Go Back to the Model before It')}</button></p>`;
  }
  const worse = verdict.kind === 'worse';
  const label = worse ? l10n.t('Use It All the Same') : l10n.t('Use It in This Workspace');
  return html`<p><button id="use" ${worse && html`class="secondary"`} data-action="use">${label}</button></p>`;
}

function result({ name, steps, method, adapter }: FinishedState): Html {
  const form =
    method === 'full'
      ? l10n.t('a whole model in the format of Hugging Face:')
      : l10n.t('a LoRA adapter in the format of PEFT:');
  return html`<p class="hint">${name} · ${l10n.t('{0} steps', number(steps))} · ${form}
<code>${adapter}</code></p>
<p><button id="read-again" class="secondary" data-action="read-again">${l10n.t('Fine-Tune Again')}</button></p>`;
}
