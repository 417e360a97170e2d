import { describe, expect, it, vi } from 'vitest';
import { readSamplingInput, type SamplingName } from '../../../src/extension/sampling-input';
import { SAMPLING_BOUNDS } from '../../../src/protocol/settings';

vi.mock('vscode', () => import('./vscode-l10n'));

const names = Object.keys(SAMPLING_BOUNDS) as SamplingName[];

describe('readSamplingInput', () => {
  it.each(names)('takes the bounds of %s and nothing beyond them', (name) => {
    const { minimum, maximum } = SAMPLING_BOUNDS[name];
    expect(readSamplingInput(name, String(minimum))).toEqual({ value: minimum });
    expect(readSamplingInput(name, String(maximum))).toEqual({ value: maximum });
    const problem = { problem: `Please type a number from ${minimum} to ${maximum}.` };
    expect(readSamplingInput(name, String(minimum - 1))).toEqual(problem);
    expect(readSamplingInput(name, String(maximum + 1))).toEqual(problem);
  });

  it('takes what an input method writes', () => {
    expect(readSamplingInput('topP', '０．９')).toEqual({ value: 0.9 });
    expect(readSamplingInput('topP', '0。９')).toEqual({ value: 0.9 });
    expect(readSamplingInput('topP', ' .5 ')).toEqual({ value: 0.5 });
  });

  it.each(['', ' ', 'warm', '1e3', '0x10', 'Infinity', '1,5', '--1'])('refuses %j', (typed) => {
    expect(readSamplingInput('temperature', typed)).toEqual({ problem: 'Please type a number.' });
  });

  it('refuses fractions where they mean nothing', () => {
    expect(readSamplingInput('topK', '1.5')).toEqual({ problem: 'Please type a whole number.' });
    expect(readSamplingInput('topK', '40.0')).toEqual({ value: 40 });
  });
});
