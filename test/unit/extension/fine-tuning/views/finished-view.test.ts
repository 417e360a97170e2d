import { describe, expect, it, vi } from 'vitest';
import { NO_PROGRESS, type Verdict } from '../../../../../src/extension/fine-tuning/progress';
import { finishedSections } from '../../../../../src/extension/fine-tuning/views/finished-view';
import type { PanelState } from '../../../../../src/extension/fine-tuning/views/panel-state';
import { shortVerdict } from '../../../../../src/extension/fine-tuning/views/verdict-text';

vi.mock('vscode', () => import('../../vscode-l10n'));

type FinishedState = Extract<PanelState, { kind: 'finished' }>;

const better: Verdict = {
  kind: 'better',
  loss: { before: 4.4, after: 4.356 },
  bitsPerCharacter: { before: 3.6328, after: 3.5965 },
  share: 0.01,
};

function section(id: string, changes: Partial<FinishedState>): string {
  const state: FinishedState = {
    kind: 'finished',
    name: '短編集',
    progress: NO_PROGRESS,
    steps: 30,
    verdict: better,
    method: 'lora',
    adapter: '/runs/1/adapter',
    inUse: false,
    comparison: [],
    ...changes,
  };
  const markup = finishedSections(state).find((part) => part.id === id)?.html.markup ?? '';
  return markup
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

describe('the page after a run', () => {
  it('says whether it helped, in words and in figures', () => {
    expect(section('verdict', {})).toBe('It helped: the model predicts the held-out text 1.0 % better.');
    expect(section('figures', {})).toBe(
      'Held-out text Before After Bits per character 3.6328 3.5965 Loss (nats per token) 4.4000 4.3560 The lower, the better the text is predicted.',
    );
    const { bitsPerCharacter: _, ...older } = better;
    expect(section('figures', { verdict: older })).not.toContain('Bits');
    expect(section('figures', { verdict: { kind: 'unknown' } })).toBe('');
  });

  it('offers to use what helped, and what did not only with words of doubt', () => {
    expect(section('use', {})).toBe('Use It in This Workspace');
    expect(section('use', { verdict: { ...better, kind: 'worse' } })).toBe('Use It All the Same');
    expect(section('use', { inUse: true })).toContain('Go Back to the Model before It');
  });

  it('says what the result is, and where it lies', () => {
    expect(section('result', {})).toContain('a LoRA adapter in the format of PEFT: /runs/1/adapter');
    expect(section('result', { method: 'full' })).toContain(
      'a whole model in the format of Hugging Face: /runs/1/adapter',
    );
  });

  it('has both models write side by side', () => {
    const comparison = [
      { text: '　海は静かだった。\n', before: ['　朝になった。', ''], after: ['　灯がともった。', '　舟が出た。'] },
      { text: '漁師は', before: ['泣いた。', '黙った。'] },
      { text: '<b>', problem: 'config.json: there is no such file' },
    ];
    expect(section('comparison', { comparison })).toContain(
      '海は静かだった。 Before After 朝になった。 灯がともった。 (would end here) 舟が出た。 漁師は Before After 泣いた。 writing… 黙った。 &lt;b&gt; config.json: there is no such file Both models are writing…',
    );
    expect(section('comparison', { comparison: comparison.slice(0, 1) })).not.toContain('writing');
  });

  it('draws its field for a text once, whatever is written meanwhile', () => {
    expect(section('compare', {})).toBe(section('compare', { comparison: [{ text: '海は' }] }));
  });
});

describe('a result in a list', () => {
  it.each<[string, Verdict]>([
    ['1.0 % better (3.63 → 3.60 bits per character)', better],
    ['2.0 % worse', { kind: 'worse', loss: { before: 4, after: 4.08 }, share: 0.02 }],
    ['', { kind: 'unknown' }],
  ])('%s', (text, verdict) => expect(shortVerdict(verdict)).toBe(text));
});
