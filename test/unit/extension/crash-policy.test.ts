import { describe, expect, it } from 'vitest';
import { CRASH_WINDOW_MS, CrashPolicy } from '../../../src/extension/crash-policy';

describe('CrashPolicy', () => {
  it('gives up at the fourth crash within three minutes', () => {
    const policy = new CrashPolicy();
    expect([0, 1, 2, 3].map((minute) => policy.crashed(minute * 50_000))).toEqual([
      'restart',
      'restart',
      'restart',
      'give up',
    ]);
  });

  it('forgets crashes that are further back', () => {
    const policy = new CrashPolicy();
    for (const time of [0, 1, 2]) policy.crashed(time);
    expect(policy.crashed(CRASH_WINDOW_MS + 3)).toBe('restart');
  });

  it('starts over when asked to', () => {
    const policy = new CrashPolicy();
    for (const time of [0, 1, 2, 3]) policy.crashed(time);
    policy.reset();
    expect(policy.crashed(4)).toBe('restart');
  });
});
