import { describe, expect, it } from 'vitest';
import { ModelTurns } from '../../../src/server/model-turns';

function deferred() {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** Work that ends when it is told to, and writes down what happens to it. */
function work(log: string[], name: string) {
  const done = deferred();
  return {
    end: done.resolve,
    run: async (signal?: AbortSignal): Promise<string> => {
      log.push(`${name} begins`);
      signal?.addEventListener('abort', () => done.resolve());
      await done.promise;
      log.push(signal?.aborted === true ? `${name} gives way` : `${name} ends`);
      return name;
    },
  };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));
const goesOn = () => new AbortController().signal;

describe('ModelTurns', () => {
  it('runs one after the other', async () => {
    const [turns, log] = [new ModelTurns(), [] as string[]];
    const [first, second] = [work(log, 'first'), work(log, 'second')];
    const both = Promise.all([turns.run(first.run), turns.run(second.run)]);
    second.end();
    await settle();
    first.end();
    expect(await both).toEqual(['first', 'second']);
    expect(log).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
  });

  it('goes on after work that has failed', async () => {
    const turns = new ModelTurns();
    await expect(turns.run(() => Promise.reject(new Error('no memory')))).rejects.toThrow('no memory');
    expect(await turns.run(async () => 'next')).toBe('next');
  });

  it('has patient work give way to what is waited for, and begin again after it', async () => {
    const [turns, log] = [new ModelTurns(), [] as string[]];
    const [patient, ghost] = [work(log, 'patient'), work(log, 'ghost')];
    const patiently = turns.runPatiently(patient.run, goesOn());
    await settle();
    turns.putFirst(turns.run(ghost.run));
    await settle();
    ghost.end();
    expect(await patiently).toBe('patient');
    expect(log).toEqual([
      'patient begins',
      'patient gives way',
      'ghost begins',
      'ghost ends',
      'patient begins',
      'patient ends',
    ]);
  });

  it('begins no patient work before an answer that is waited for, even while the model is free', async () => {
    const [turns, log] = [new ModelTurns(), [] as string[]];
    const answer = deferred();
    turns.putFirst(answer.promise);
    const patiently = turns.runPatiently(async () => log.push('patient'), goesOn());
    await settle();
    expect(log).toEqual([]);
    answer.resolve();
    await patiently;
    expect(log).toEqual(['patient']);
  });

  it('never begins patient work that was cancelled while it waited', async () => {
    const [turns, log] = [new ModelTurns(), [] as string[]];
    const [running, cancelled] = [work(log, 'running'), new AbortController()];
    const first = turns.run(running.run);
    const patiently = turns.runPatiently(async () => log.push('patient'), cancelled.signal);
    cancelled.abort();
    running.end();
    await first;
    expect(await patiently).toBeUndefined();
    expect(log).toEqual(['running begins', 'running ends']);
  });
});
