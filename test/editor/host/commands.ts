import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, describe, it } from 'mocha';
import { commands, extensions, workspace } from 'vscode';
import type { TestApi } from '../../../src/extension/main';
import { activated, showDocument, until } from './extension-under-test';

describe('commands', () => {
  let tsuzuki: TestApi;

  before(async () => {
    tsuzuki = await activated();
    await showDocument('彼は老いていた。漁師は');
    await tsuzuki.ready;
  });
  after(() => commands.executeCommand('workbench.action.revertAndCloseActiveEditor'));

  it('are all registered that the manifest declares', async () => {
    const manifest = extensions.getExtension('tsuzuki.tsuzuki')?.packageJSON;
    const declared: string[] = manifest.contributes.commands.map(({ command }: { command: string }) => command);
    const registered = await commands.getCommands(true);
    assert.ok(declared.length > 0);
    assert.deepEqual(
      declared.filter((command) => !registered.includes(command)),
      [],
    );
  });

  it('tsuzuki.toggle switches suggestions off and on again', async () => {
    const enabled = (): unknown => workspace.getConfiguration('tsuzuki').get('enabled');
    assert.equal(enabled(), true);
    await commands.executeCommand('tsuzuki.toggle');
    assert.equal(enabled(), false);
    await commands.executeCommand('tsuzuki.toggle');
    assert.equal(enabled(), true);
  });

  it('tsuzuki.restartSidecar replaces the process, and the model is loaded again', async () => {
    const before = tsuzuki.sidecarPid();
    assert.ok(before);
    await commands.executeCommand('tsuzuki.restartSidecar');
    await until('another process', () => tsuzuki.sidecarPid() !== undefined && tsuzuki.sidecarPid() !== before);
    await until('the model', () => tsuzuki.status()?.state === 'ready');
  });

  it('tsuzuki.restartSidecar leaves one process, however often it is asked for at once', async () => {
    await Promise.all([1, 2, 3].map(() => commands.executeCommand('tsuzuki.restartSidecar')));
    await until('the model', () => tsuzuki.status()?.state === 'ready');
    await until('one process', () => String(sidecarsOfThisWindow()) === String(tsuzuki.sidecarPid()));
  });
});

/** Process ids of the sidecars that this extension host has started. */
function sidecarsOfThisWindow(): number[] {
  const read = (pid: string, file: string): string => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'utf8');
    } catch {
      return ''; // it ended in the meantime
    }
  };
  return readdirSync('/proc')
    .filter((pid) => read(pid, 'status').includes(`\nPPid:\t${process.pid}\n`))
    .filter((pid) => read(pid, 'cmdline').includes('dist/server.js'))
    .map(Number);
}
