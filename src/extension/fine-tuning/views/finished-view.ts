import { l10n } from 'vscode';
import type { Verdict } from '../progress';
import { type Html, html } from './html';
import { lossChart } from './loss-chart';
import type { PanelState } from './panel-state';
import type { Section } from './view';
import { number, percent } from './words';

type FinishedState = Extract<PanelState, { kind: 'finished' }>;

/** What is shown when a run has ended with a result. */
export function finishedSections(state: FinishedState): readonly Section[] {
  return [
    {
      id: 'verdict',
      html: html`<p class="verdict ${state.verdict.kind}" role="status">${verdictText(state.verdict)}</p>`,
    },
    { id: 'use', html: use(state) },
    { id: 'chart', html: lossChart(state.progress) },
    { id: 'result', html: result(state) },
  ];
}

/** What a run has brought, in a sentence. */
export function verdictText(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'unknown':
      return l10n.t('Done. Nothing was held out, so whether it helped cannot be said: try it.');
    case 'better':
      return l10n.t(
        'It helped: the model predicts the held-out text {0} better (loss {1} before, {2} after).',
        percent(verdict.share),
        number(verdict.before, 3),
        number(verdict.after, 3),
      );
    case 'worse':
      return l10n.t(
        'It did not help: the model predicts the held-out text {0} worse (loss {1} before, {2} after). The model you have stays in use. More text or a shorter run may do better.',
        percent(verdict.share),
        number(verdict.before, 3),
        number(verdict.after, 3),
      );
  }
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

function result({ steps, adapter }: FinishedState): Html {
  return html`<p class="hint">${l10n.t('{0} steps', number(steps))} · ${l10n.t('a LoRA adapter in the format of PEFT:')}
<code>${adapter}</code></p>
<p><button id="read-again" class="secondary" data-action="read-again">${l10n.t('Fine-Tune Again')}</button></p>`;
}
