import { l10n } from 'vscode';
import { PRESETS, type Preset, presetLabel, presetOf } from '../../sampling-presets';
import { type Html, html } from '../../web-page/html';
import type { Section } from '../../web-page/page';
import type { PanelState } from '../panel-state';
import { controlsView } from './controls-view';
import { previewStatus, previewView } from './preview-view';

/** The panel as a function of what it shows, without the values of its sliders and fields. */
export function viewOf(state: PanelState): readonly Section[] {
  return [
    { id: 'presets', html: presets(state) },
    { id: 'keep', html: keep(state) },
    { id: 'state', html: html`<p class="hint">${stateText(state)}</p>`, announced: true },
    { id: 'preview-heading', html: previewHeading(state) },
    { id: 'preview-status', html: html`<p class="hint">${previewStatus(state.preview)}</p>`, announced: true },
    { id: 'preview', html: previewView(state.preview) },
    { id: 'controls', html: controlsView() },
  ];
}

function previewHeading({ preview }: PanelState): Html {
  const button = html`<button id="draw-again" class="link" data-action="draw-again">${l10n.t('Draw Others')}</button>`;
  return html`<h2>${l10n.t('Continuations at the Cursor')} ${preview.kind === 'written' && button}</h2>`;
}

function presets({ sampling }: PanelState): Html {
  const present = presetOf(sampling);
  const button = (
    preset: Preset,
  ) => html`<button id="preset-${preset}" class="preset" data-action="preset" data-value="${preset}" aria-pressed="${String(preset === present)}">
  <strong>${presetLabel(preset)}</strong> <span>${presetHint(preset)}</span></button>`;
  return html`<div class="presets" role="group" aria-label="${l10n.t('How daring suggestions are')}">${PRESETS.map(button)}</div>`;
}

function presetHint(preset: Preset): string {
  switch (preset) {
    case 'cautious':
      return l10n.t('Goes on as one would expect');
    case 'standard':
      return l10n.t('Something between the two');
    case 'free':
      return l10n.t('Strays further, and errs more');
  }
}

function keep({ unsaved, workspaceOnly, problems }: PanelState): Html {
  const disabled = !unsaved && html`disabled`;
  const wrong = Object.keys(problems).length > 0;
  return html`<p class="buttons">
  <button id="save" data-action="save" ${disabled || (wrong && html`disabled`)}>${l10n.t('Write Like This')}</button>
  <button id="discard" class="secondary" data-action="discard" ${disabled}>${l10n.t('Discard Changes')}</button>
  <button id="defaults" class="secondary" data-action="defaults">${l10n.t('Reset to Defaults')}</button>
</p>
${
  workspaceOnly !== undefined &&
  html`<p><label><input type="checkbox" id="workspace-only" data-action="workspace-only" ${workspaceOnly && html`checked`}> ${l10n.t('For this workspace only')}</label></p>`
}`;
}

function stateText({ unsaved }: PanelState): string {
  return unsaved
    ? l10n.t('Not saved yet: suggestions are still drawn as before.')
    : l10n.t('Suggestions are drawn like this.');
}
