import { describe, expect, it, vi } from 'vitest';
import type { PanelState } from '../../../../../src/extension/sampling-panel/panel-state';
import { viewOf } from '../../../../../src/extension/sampling-panel/views/view';
import { DEFAULT_SETTINGS, SAMPLING_BOUNDS } from '../../../../../src/protocol/settings';

vi.mock('vscode', () => import('../../vscode-l10n'));

const STATE: PanelState = {
  sampling: DEFAULT_SETTINGS.sampling,
  unsaved: false,
  workspaceOnly: false,
  problems: {},
  preview: { kind: 'starting' },
};

/** The markup of one section. */
function section(id: string, more: Partial<PanelState> = {}): string {
  const found = viewOf({ ...STATE, ...more }).find((one) => one.id === id);
  return found?.html.markup ?? '';
}

describe('the sampling panel', () => {
  it('marks the preset that the values are, and no other', () => {
    const pressed = (sampling: PanelState['sampling']) =>
      [...section('presets', { sampling }).matchAll(/data-value="(\w+)" aria-pressed="true"/g)].map(([, id]) => id);
    expect(pressed(DEFAULT_SETTINGS.sampling)).toEqual(['standard']);
    expect(pressed({ ...DEFAULT_SETTINGS.sampling, temperature: 0.9 })).toEqual([]);
  });

  it('has a labelled field for every value, and a hint for each', () => {
    const markup = section('controls');
    for (const name of Object.keys(SAMPLING_BOUNDS)) {
      expect(markup).toMatch(
        new RegExp(`id="field-${name}" data-name="${name}" aria-label="[^"]+" aria-describedby="hint-${name}`),
      );
      expect(markup).toContain(`id="hint-${name}"`);
    }
  });

  it('keeps the sliders as they are, whatever changes', () => {
    const other = { sampling: { ...STATE.sampling, temperature: 0 }, unsaved: true, problems: { topK: 'No.' } };
    expect(section('controls', other)).toBe(section('controls'));
  });

  it.each([
    ['nothing to save', {}, true],
    ['changes', { unsaved: true }, false],
    ['a number that is none', { unsaved: true, problems: { topK: 'No.' } }, true],
  ] as const)('with %s', (_, state, disabled) => {
    expect(/<button id="save"[^>]*disabled/.test(section('keep', state))).toBe(disabled);
  });

  it('asks about the workspace only where there is one', () => {
    expect(section('keep')).toContain('For this workspace only');
    expect(section('keep', { workspaceOnly: undefined })).not.toContain('For this workspace only');
  });

  it('shows continuations as text, with their seeds, and says so politely', () => {
    const continuations = [
      { seed: 7, text: '<b>海</b>へ' },
      { seed: 8, text: '' },
    ];
    const preview = { kind: 'written', before: '漁師は', continuations, outdated: false } as const;
    expect(section('preview', { preview })).toContain('<span class="before">漁師は</span>&lt;b&gt;海&lt;/b&gt;へ');
    expect(section('preview', { preview })).toContain('(nothing worth showing)');
    expect(section('preview', { preview })).toContain('data-action="fix-seed" data-value="7"');
    expect(section('preview-status', { preview })).toContain('2 continuations of “漁師は”');
    expect(viewOf({ ...STATE, preview }).find(({ id }) => id === 'preview-status')?.announced).toBe(true);
    expect(section('preview', { preview: { ...preview, outdated: true } })).toContain('aria-busy="true"');
  });

  it.each([
    ['no-text', 'Open a text'],
    ['no-place', 'Put the cursor at the end of a line'],
    ['excluded', 'excluded by the setting'],
    ['starting', 'being written'],
  ] as const)('says why there is nothing yet: %s', (kind, text) => {
    expect(section('preview-status', { preview: { kind } })).toContain(text);
    expect(section('preview', { preview: { kind } })).toBe('');
  });
});
