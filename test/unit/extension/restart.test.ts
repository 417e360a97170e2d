import { describe, expect, it } from 'vitest';
import { RestartQueue } from '../../../src/extension/restart';

/** A restart that lasts until the test says so. */
function controlledRestart() {
  const ends: { readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];
  const queue = new RestartQueue(() => new Promise<void>((resolve, reject) => ends.push({ resolve, reject })));
  return { queue, ends };
}

describe('RestartQueue', () => {
  it('answers requests during a restart by one further restart', async () => {
    const { queue, ends } = controlledRestart();
    const first = queue.request();
    const burst = [queue.request(), queue.request(), queue.request()];
    expect(ends).toHaveLength(1);
    ends[0]?.resolve();
    await first;
    await expect.poll(() => ends.length).toBe(2);
    ends[1]?.resolve();
    await Promise.all(burst);
    expect(ends).toHaveLength(2);
  });

  it('restarts again for a request after the last one ended', async () => {
    const { queue, ends } = controlledRestart();
    for (const count of [1, 2]) {
      const restart = queue.request();
      expect(ends).toHaveLength(count);
      ends.at(-1)?.resolve();
      await restart;
    }
  });

  it('goes on after a restart that failed', async () => {
    const { queue, ends } = controlledRestart();
    const first = queue.request();
    const second = queue.request();
    ends[0]?.reject(new Error('no'));
    await expect(first).rejects.toThrow('no');
    await expect.poll(() => ends.length).toBe(2);
    ends[1]?.resolve();
    await second;
  });
});
