import { describe, expect, it } from 'vitest';
import { type EndableClient, endClient } from '../../../src/extension/end-client';
import { RestartQueue } from '../../../src/extension/restart';

/** A promise that resolves when the test says so. */
function gate() {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

/** A client whose start stands still until the test lets it go on, and what has happened to it. */
function controlledClient({ stop = async () => undefined }: { stop?: () => Promise<void> } = {}) {
  const events: string[] = [];
  const forked = gate();
  const started = gate();
  let state: 'starting' | 'forked' | 'running' = 'starting';
  const client: EndableClient = {
    forked: forked.opened,
    get serverProcess() {
      return state === 'starting' ? undefined : { kill: (signal: string) => events.push(signal) };
    },
    isRunning: () => state === 'running',
    start: () => started.opened,
    stop: () => {
      events.push('stop');
      return stop();
    },
  };
  return {
    client,
    events,
    fork: () => {
      state = 'forked';
      forked.open();
    },
    failToFork: () => forked.open(),
    answer: () => {
      state = 'running';
    },
    getReady: () => {
      events.push('ready');
      started.open();
    },
  };
}

const silent = () => undefined;

describe('endClient', () => {
  it('kills a process that is there only after the end was asked for', async () => {
    const { client, events, fork } = controlledClient();
    const ended = endClient(client, silent);
    fork();
    await ended;
    expect(events).toEqual(['SIGKILL']);
  });

  it('kills a process that has not answered, without waiting for an answer', async () => {
    const { client, events, fork } = controlledClient();
    fork();
    await endClient(client, silent);
    expect(events).toEqual(['SIGKILL']);
  });

  it('has nothing to do where there will be no process', async () => {
    const { client, events, failToFork } = controlledClient();
    failToFork();
    await endClient(client, silent);
    expect(events).toEqual([]);
  });

  it('stops a client that has just answered once it is ready', async () => {
    const { client, events, fork, answer, getReady } = controlledClient();
    fork();
    answer();
    const ended = endClient(client, silent);
    await Promise.resolve();
    getReady();
    await ended;
    expect(events).toEqual(['ready', 'stop']);
  });

  it('kills a process that does not end by itself, and says so', async () => {
    const stop = () => Promise.reject(new Error('Stopping the server timed out'));
    const { client, events, fork, answer, getReady } = controlledClient({ stop });
    fork();
    answer();
    getReady();
    const problems: unknown[] = [];
    await endClient(client, (problem) => problems.push(String(problem)));
    expect(events).toEqual(['ready', 'stop', 'SIGKILL']);
    expect(problems).toEqual(['Error: Stopping the server timed out']);
  });
});

describe('two requests to start anew, the second during the first', () => {
  it('leave one process', async () => {
    const all: ReturnType<typeof controlledClient>[] = [];
    let present: EndableClient | undefined;
    const queue = new RestartQueue(async () => {
      if (present !== undefined) await endClient(present, silent);
      const next = controlledClient();
      // As the library does, which first looks at the disk.
      setTimeout(next.fork, 10);
      present = next.client;
      all.push(next);
    });
    await Promise.all([queue.request(), queue.request()]);
    await all.at(-1)?.client.forked;
    expect(all.map(({ events }) => events)).toEqual([['SIGKILL'], []]);
  });
});
