import { describe, expect, it, vi } from 'vitest';
import { surveyOf } from '../../../../../src/extension/fine-tuning/survey';
import type { PanelState } from '../../../../../src/extension/fine-tuning/views/panel-state';
import { surveySections } from '../../../../../src/extension/fine-tuning/views/survey-view';

vi.mock('vscode', () => import('../../vscode-l10n'));

type SurveyState = Extract<PanelState, { kind: 'survey' }>;

const text = (characters: number, heldOut = characters / 10) => ({
  encoding: 'shiftjis',
  training: { characters: characters - heldOut, tokens: (characters - heldOut) / 2 },
  heldOut: { characters: heldOut, tokens: heldOut / 2 },
});

function surveyWithout(excluded: number, characters = 20_000, heldOut?: number) {
  return surveyOf([{ path: '/drafts/海.txt', text: text(characters, heldOut) }], excluded, () => '海.txt');
}

function state(characters: number, more: Partial<SurveyState> = {}, heldOut?: number): SurveyState {
  return {
    kind: 'survey',
    survey: surveyWithout(3, characters, heldOut),
    method: 'lora',
    preset: 'standard',
    measurement: { kind: 'measuring' },
    model: 'tsuzuki-base-ja',
    results: '/storage/fine-tuning',
    ...more,
  };
}

/** One section as text, white space folded. */
function section(id: string, of: SurveyState): string {
  const markup = surveySections(of).find((part) => part.id === id)?.html.markup ?? '';
  return markup
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
const markup = (of: SurveyState) =>
  surveySections(of)
    .map(({ html }) => html.markup)
    .join('');

describe('the page before a run', () => {
  it('says what is learnt from and what is held out', () => {
    expect(section('totals', state(20_000))).toBe(
      'One file with 20,000 characters (10,000 tokens) is learnt from. Held out: 2,000 characters (10.0 %), the last tenth of each file from the beginning of a line. They are never trained on and show whether it helped.',
    );
    expect(section('totals', state(20_000, {}, 0))).toContain('Nothing can be held out');
  });

  it('gives minutes only when a step was measured', () => {
    expect(section('presets', state(200_000))).not.toMatch(/minute|min\b/);
    const step = { seconds: 2, peak_bytes: 2 ** 29, block_size: 256 };
    const measured = state(200_000, { measurement: { kind: 'measured', step } });
    expect(section('presets', measured)).toContain('352 steps · about 12 min');
    expect(section('cost', measured)).toContain('A step takes 2.0 s and 512 MB of memory');
  });

  it('says how many files were not looked at, where there are any', () => {
    expect(section('files', state(20_000))).toMatch(/3 more files are left out by .gitignore .* Read Again$/);
    expect(section('files', state(20_000, { survey: surveyWithout(0) }))).not.toContain('left out');
  });

  it('can be started when there is enough, and says what is lacking otherwise', () => {
    const disabled = /<button id="start"[^>]*disabled/;
    expect(markup(state(20_000))).not.toMatch(disabled);
    expect(markup(state(2_000))).not.toMatch(disabled);
    expect(section('start', state(2_000))).toContain('2,000 characters are few: expect little.');
    expect(markup(state(200))).toMatch(disabled);
    expect(section('start', state(200))).toContain('200 characters are too few to learn from. Some 10,000');
    const nothing = { ...state(0), survey: surveyOf([], 0, String) };
    expect(markup(nothing)).toMatch(disabled);
    expect(section('start', nothing)).toContain('No text was found in this workspace: only files');
    expect(section('totals', nothing)).toBe('');
    expect(section('presets', nothing)).not.toMatch(/\d steps/);
    const failed = state(20_000, { measurement: { kind: 'failed', message: 'config.json: there is no such file' } });
    expect(markup(failed)).toMatch(disabled);
    expect(section('cost', failed)).toContain('config.json: there is no such file');
  });

  it('offers to go on with a run that was interrupted', () => {
    expect(section('interrupted', state(20_000))).toBe('');
    const interrupted = { name: '短編集', preset: 'trial', step: 50, begun: '2026-11-25T13:00:00Z' } as const;
    expect(section('interrupted', state(20_000, { interrupted }))).toMatch(
      /^The run “短編集” \(Trial\) of .* is not finished\. It can go on from step 50\. Resume Discard It$/,
    );
  });

  it('takes the names of files as text', () => {
    const survey = surveyOf([{ path: '/<b>.txt', text: text(20_000) }], 0, () => '<b>.txt');
    expect(markup(state(0, { survey }))).not.toContain('<b>.txt');
  });
});
