import { describe, expect, test } from 'vitest';
import { type Memory, SpeedRecord, speedOf } from '../../../../src/extension/models/speed-record';

const answer = { waitMs: 80, modelMs: 200, heldTokens: 300, promptTokens: 2, newTokens: 10, cacheBytes: 0 };

/** As VS Code's: values are there as soon as they are written. */
function memory(): Memory {
  const values = new Map<string, unknown>();
  return {
    get: <T>(key: string) => values.get(key) as T | undefined,
    update: async (key, value) => {
      values.set(key, value);
    },
  };
}

describe('speedOf', () => {
  test.each([
    ['ten tokens in 200 ms', answer, 50],
    ['too few tokens to tell', { ...answer, newTokens: 3 }, undefined],
    ['a long text was read first', { ...answer, promptTokens: 200 }, undefined],
    ['nothing took any time', { ...answer, modelMs: 0 }, undefined],
  ])('%s', (_, cost, speed) => expect(speedOf(cost)).toBe(speed));
});

describe('SpeedRecord', () => {
  test('keeps a moving mean for each model and dtype, also for the next session', () => {
    const kept = memory();
    const record = new SpeedRecord(kept);
    record.note('/models/a', 'default', answer);
    record.note('/models/a', 'default', { ...answer, modelMs: 100 });
    record.note('/models/a', 'int4', { ...answer, modelMs: 100 });
    const later = new SpeedRecord(kept);
    expect(later.of('/models/a', 'default')).toBe(60);
    expect(later.of('/models/a', 'int4')).toBe(100);
    expect(later.of('/models/b', 'default')).toBeUndefined();
  });

  test('forgets a model that was deleted', () => {
    const record = new SpeedRecord(memory());
    record.note('/models/a', 'default', answer);
    record.note('/models/ab', 'default', answer);
    record.forget('/models/a');
    expect(record.of('/models/a', 'default')).toBeUndefined();
    expect(record.of('/models/ab', 'default')).toBe(50);
  });
});
