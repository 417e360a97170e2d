import { l10n } from 'vscode';
import { duration, number } from '../../figures';
import { type Html, html } from '../../web-page/html';
import { type KeepingEnd, keepingEnds } from '../run-phase';
import { lossChart } from './loss-chart';
import type { PanelState } from './panel-state';
import type { Section } from './view';
import { presetName } from './words';

type RunningState = Extract<PanelState, { kind: 'running' }>;

/** What is shown while a run goes on. */
export function runningSections(state: RunningState): readonly Section[] {
  return [
    { id: 'phase', html: html`<p role="status">${phaseText(state)}</p>` },
    { id: 'progress', html: progressText(state) },
    { id: 'buttons', html: buttons(state) },
    { id: 'chart', html: lossChart(state.progress) },
  ];
}

function phaseText({ phase, preset }: RunningState): string {
  switch (phase) {
    case 'starting':
      return l10n.t('Getting ready…');
    case 'training':
      return l10n.t('Fine-tuning ({0}). You can go on writing, and close this page.', presetName(preset));
    case 'pausing':
      return l10n.t('Saving a checkpoint…');
    case 'finishing':
      return l10n.t('Measuring what was learnt so far…');
  }
}

function progressText({ progress }: RunningState): Html {
  const { step, totalSteps, secondsLeft, tokensPerSecond } = progress;
  const label = l10n.t('Step {0} of {1}', number(step), number(totalSteps));
  const left = secondsLeft === undefined ? '' : l10n.t('{0} left', duration(secondsLeft / 60));
  const speed = tokensPerSecond === undefined ? '' : l10n.t('{0} tokens/s', number(tokensPerSecond));
  return html`<progress max="${Math.max(1, totalSteps)}" value="${step}" aria-label="${label}"></progress>
<p>${[label, left, speed].filter((part) => part !== '').join(' · ')}</p>`;
}

function buttons({ phase, progress }: RunningState): Html {
  const ends = keepingEnds(phase, progress);
  const unless = (end: KeepingEnd) => !ends.includes(end) && html`disabled`;
  return html`<p class="buttons">
  <button id="pause" class="secondary" data-action="pause" ${unless('pause')}>${l10n.t('Pause')}</button>
  <button id="finish" class="secondary" data-action="finish" ${unless('finish')}>${l10n.t('Stop and Keep')}</button>
  <button id="cancel" class="secondary" data-action="cancel">${l10n.t('Cancel')}</button>
</p>`;
}
