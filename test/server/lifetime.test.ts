import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { COMMANDS, LanguageClient } from './language-client';

const started: number[] = [];
afterEach(() => {
  for (const pid of started.splice(0)) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A parent that starts the server with a pipe it keeps open, says `initialize`, and then only waits. */
function parentProgram(command: readonly string[], processId: string): string {
  return `
    const { spawn } = require('node:child_process');
    const server = spawn(process.execPath, ${JSON.stringify(command)}, { stdio: ['pipe', 'pipe', 'ignore'] });
    server.stdout.once('data', () => console.log(server.pid));
    const body = JSON.stringify({
      jsonrpc: '2.0', id: 1, method: 'initialize',
      params: { processId: ${processId}, rootUri: null, capabilities: {} },
    });
    server.stdin.write('Content-Length: ' + Buffer.byteLength(body) + '\\r\\n\\r\\n' + body);
    setInterval(() => {}, 1000);
  `;
}

test.each(Object.entries(COMMANDS))('the server as %s dies with its parent, even a killed one', async (_, command) => {
  const parent = spawn(process.execPath, ['-e', parentProgram(command, 'process.pid')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface(parent.stdout), 'line');
  const server = Number(line);
  started.push(server);
  expect(isAlive(server)).toBe(true);
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  for (let waited = 0; waited < 10_000 && isAlive(server); waited += 50) await delay(50);
  expect(isAlive(server)).toBe(false);
});

describe('while it writes', () => {
  const text = '彼は老いていた。漁師は';
  const long = { stopAt: 'none', sampling: { maxNewTokens: 120, alternatives: 5 } };

  /** A client whose server is in the middle of a long answer. */
  async function busy(): Promise<{ client: LanguageClient; request: Promise<string[]> }> {
    const client = await LanguageClient.start({ settings: () => long });
    const uri = await client.open('busy.txt', text);
    const generating = client.next('generating');
    const request = client.invoke(uri, { line: 0, character: text.length });
    // Rejected when the server goes; awaited below.
    request.catch(() => {});
    await generating;
    return { client, request };
  }

  test('the server ends when its pipe closes', async () => {
    const { client, request } = await busy();
    const exited = once(client.process, 'exit');
    client.process.stdin?.end();
    await exited;
    client.connection.dispose();
    await expect(request).rejects.toThrow();
  });

  test('the server ends in order when it is told to', async () => {
    const { client } = await busy();
    expect(await client.stop()).toBe(0);
  });
});
