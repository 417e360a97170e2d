import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
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

test('the server ends when its pipe closes while it writes', async () => {
  const long = { stopAt: 'none', sampling: { maxNewTokens: 120, alternatives: 5 } };
  const client = await LanguageClient.start({ settings: () => long });
  const text = '彼は老いていた。漁師は';
  const uri = await client.open('abandoned.txt', text);
  const generating = client.next('generating');
  const request = client.invoke(uri, { line: 0, character: text.length });
  await generating;
  const exited = once(client.process, 'exit');
  client.process.stdin?.end();
  await exited;
  client.connection.dispose();
  await expect(request).rejects.toThrow();
});
