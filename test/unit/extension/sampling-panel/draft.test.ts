import { describe, expect, it } from 'vitest';
import { change, samplingOf, settingsChanged } from '../../../../src/extension/sampling-panel/draft';
import { DEFAULT_SETTINGS } from '../../../../src/protocol/settings';

const saved = DEFAULT_SETTINGS.sampling;

describe('a draft of the sampling', () => {
  it('is the settings and what was changed', () => {
    const draft = change(change({ saved, changes: {} }, { temperature: 0.5 }), { topK: 0 });
    expect(draft.changes).toEqual({ temperature: 0.5, topK: 0 });
    expect(samplingOf(draft)).toEqual({ ...saved, temperature: 0.5, topK: 0 });
  });

  it('has no change that says what the settings say', () => {
    expect(change({ saved, changes: { temperature: 0.5 } }, saved).changes).toEqual({});
  });

  it('keeps what is being tried out when the settings change, until they say the same', () => {
    const draft = { saved, changes: { temperature: 0.5, topK: 0 } };
    const changed = settingsChanged(draft, { ...saved, temperature: 0.5, topP: 0.8 });
    expect(changed.changes).toEqual({ topK: 0 });
    expect(samplingOf(changed)).toEqual({ ...saved, temperature: 0.5, topP: 0.8, topK: 0 });
  });
});
