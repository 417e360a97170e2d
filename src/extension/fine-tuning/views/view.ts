import { l10n } from 'vscode';
import { html } from '../../web-page/html';
import type { Section } from '../../web-page/page';
import { finishedSections } from './finished-view';
import type { PanelState } from './panel-state';
import { runningSections } from './running-view';
import { surveySections } from './survey-view';

export type { Section };

/** The panel as a function of what it shows. */
export function viewOf(state: PanelState): readonly Section[] {
  switch (state.kind) {
    case 'reading':
      return [
        {
          id: 'reading',
          html: html`<p role="status">${l10n.t('Reading the workspace…')}</p>
<progress max="${Math.max(1, state.total)}" value="${state.read}" aria-label="${l10n.t('Reading the workspace…')}"></progress>
<p class="hint">${l10n.t('{0} of {1} files', state.read, state.total)}</p>`,
        },
      ];
    case 'problem':
      return [
        {
          id: 'problem',
          html: html`<p class="problem" role="alert">${state.message}</p>
<p><button data-action="read-again">${l10n.t('Read Again')}</button></p>`,
        },
      ];
    case 'survey':
      return surveySections(state);
    case 'running':
      return runningSections(state);
    case 'finished':
      return finishedSections(state);
  }
}
