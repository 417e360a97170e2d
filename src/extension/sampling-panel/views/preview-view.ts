import { l10n } from 'vscode';
import type { PreviewedContinuation } from '../../../protocol/preview';
import { type Html, html } from '../../web-page/html';
import type { PreviewState } from '../panel-state';

/** What a screen reader says of the preview, politely: not the texts, which can be read at leisure. */
export function previewStatus(preview: PreviewState): string {
  switch (preview.kind) {
    case 'no-text':
      return l10n.t('Open a text to continue first.');
    case 'excluded':
      return l10n.t('This file is excluded by the setting “tsuzuki.exclude”.');
    case 'no-place':
      return l10n.t('Put the cursor at the end of a line of Japanese prose.');
    case 'starting':
      return l10n.t('Continuations are being written…');
    case 'problem':
      return preview.message;
    case 'written':
      return preview.outdated
        ? l10n.t('Continuations are being written…')
        : l10n.t('{0} continuations of “{1}”', preview.continuations.length, preview.before);
  }
}

/** The continuations at the cursor, each with its seed. */
export function previewView(preview: PreviewState): Html {
  if (preview.kind !== 'written') return html``;
  const { before, continuations, outdated } = preview;
  return html`<ol class="continuations${outdated && ' outdated'}" aria-busy="${String(outdated)}">
  ${continuations.map((one, index) => continuation(before, one, index))}
</ol>`;
}

function continuation(before: string, { seed, text }: PreviewedContinuation, index: number): Html {
  const written = text === '' ? html`<span class="hint">${l10n.t('(nothing worth showing)')}</span>` : html`${text}`;
  const label = l10n.t('Always start from seed {0}', seed);
  return html`<li>
  <p class="text" lang="ja"><span class="before">${before}</span>${written}</p>
  <p class="seed">${l10n.t('Seed {0}', seed)}
    <button id="fix-seed-${index}" class="link" data-action="fix-seed" data-value="${seed}" aria-label="${label}">${l10n.t('Keep This Seed')}</button></p>
</li>`;
}
