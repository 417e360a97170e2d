import { describe, expect, it, vi } from 'vitest';
import { shortSampling, viewStatus } from '../../../src/extension/status-view';
import { DEFAULT_SETTINGS } from '../../../src/protocol/settings';

vi.mock('vscode', () => import('./vscode-l10n'));

const model = { name: 'tsuzuki-base-ja', folder: '/models/tsuzuki-base-ja' };
const { sampling } = DEFAULT_SETTINGS;
const ready = { state: 'ready', model, loadMs: 420, threads: 3 } as const;
const off = { ...DEFAULT_SETTINGS, enabled: false };

describe('viewStatus', () => {
  it.each([
    [{ reason: 'manual' }, '$(debug-pause) 続き', 'Suggestions come when you ask for them.'],
    [{ reason: 'snoozed', until: 'restart' }, '$(debug-pause) 続き', 'Snoozed until VS Code is started again.'],
    [{ reason: 'snoozed', until: new Date(2026, 0, 1, 9, 5).getTime() }, '$(debug-pause) 続き', 'Snoozed until 9:05'],
    [{ reason: 'battery' }, '$(debug-pause) 続き', 'Paused: the machine runs on its battery.'],
    [{ reason: 'excluded' }, '$(circle-slash) 続き', 'This file is excluded by the setting “tsuzuki.exclude”.'],
  ] as const)('says why nothing comes by itself: %j', (pause, text, tooltip) => {
    const view = viewStatus(ready, DEFAULT_SETTINGS, pause);
    expect(view).toMatchObject({ text, severity: 'normal' });
    expect(view.tooltip).toContain(tooltip);
  });

  it('shows the state and the sampling', () => {
    expect(viewStatus(undefined, DEFAULT_SETTINGS).text).toBe('$(edit) 続き Standard');
    expect(viewStatus({ state: 'loading', model }, DEFAULT_SETTINGS).text).toBe('$(loading~spin) 続き Standard');
    expect(viewStatus(ready, DEFAULT_SETTINGS)).toEqual({
      text: '$(edit) 続き Standard',
      tooltip: [
        'Model: tsuzuki-base-ja (loaded in 0.4 s)',
        'Threads: 3',
        'Sampling: Standard (temperature 1, top-p 0.95, top-k 50)',
        'Click to change how suggestions are drawn.',
      ].join('\n'),
      severity: 'normal',
    });
    expect(viewStatus({ state: 'generating', model }, DEFAULT_SETTINGS).text).toBe('$(ellipsis) 続き Standard');
  });

  it('says what the last suggestion cost', () => {
    const answer = {
      waitMs: 100,
      modelMs: 130,
      heldTokens: 300,
      promptTokens: 2,
      newTokens: 8,
      cacheBytes: 26 * 2 ** 20,
    };
    const lines = viewStatus({ ...ready, answer }, DEFAULT_SETTINGS).tooltip.split('\n');
    expect(lines.slice(2, 4)).toEqual([
      'Speed: 62 tokens/s, reading included',
      'Last suggestion: 0.23 s; the text read takes 26 MB',
    ]);
    const nothing = viewStatus({ ...ready, answer: { ...answer, newTokens: 0 } }, DEFAULT_SETTINGS);
    expect(nothing.tooltip).not.toContain('Speed');
  });

  it('names the values that are not those of a preset', () => {
    const own = { ...sampling, temperature: 0.8, minP: 0.05, repetitionPenalty: 1.1, seed: 42 };
    expect(viewStatus(ready, { ...DEFAULT_SETTINGS, sampling: own }).tooltip).toContain(
      'Sampling: temperature 0.8, top-p 0.95, top-k 50, min-p 0.05, repetition penalty 1.1, seed 42\n',
    );
  });

  it('warns that the machine does not keep up, with the cure', () => {
    const view = viewStatus({ ...ready, slowMs: 4200 }, DEFAULT_SETTINGS);
    expect(view).toMatchObject({ text: '$(watch) 続き Standard', severity: 'warning' });
    expect(view.tooltip).toContain('Suggestions take 4.2 s. Choose weights of 4 bits or a smaller model in the menu.');
  });

  it('says how far a model is quantised', () => {
    const tooltip = (quantized: number) => viewStatus({ state: 'loading', model, quantized }, DEFAULT_SETTINGS).tooltip;
    expect(tooltip(0.427)).toContain('Preparing the model tsuzuki-base-ja, this once: 42 %');
    expect(tooltip(1)).toContain('Loading the model tsuzuki-base-ja…');
  });

  it('says that suggestions are off', () => {
    expect(viewStatus(ready, off).text).toBe('$(circle-slash) 続き');
  });

  it('shows an error as one, with the message, even while suggestions are off', () => {
    const expected = { text: '$(error) 続き', tooltip: 'No config.json.', severity: 'error' };
    expect(viewStatus({ state: 'error', model, message: 'No config.json.' }, DEFAULT_SETTINGS)).toEqual(expected);
    expect(viewStatus({ state: 'error', model, message: 'No config.json.' }, off)).toEqual(expected);
  });
});

describe('shortSampling', () => {
  it('leaves out what is switched off', () => {
    expect(shortSampling({ ...sampling, temperature: 0.75, topP: 1, topK: 0 })).toBe('T0.75');
  });

  it('leaves out everything else at temperature 0', () => {
    expect(shortSampling({ ...sampling, temperature: 0, seed: 7 })).toBe('T0');
  });

  it('leaves the preset for the values once one differs', () => {
    expect(shortSampling({ ...sampling, temperature: 0.8 })).toBe('T0.8 p.95 k50');
  });

  it('shows min-p where it is on', () => {
    expect(shortSampling({ ...sampling, topP: 1, topK: 0, minP: 0.05 })).toBe('T1.0 m.05');
  });

  it('shows a fixed seed', () => {
    expect(shortSampling({ ...sampling, seed: 42 })).toBe('Standard #42');
  });
});
