import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { ConfigurationTarget, commands, workspace } from 'vscode';
import type { TestApi } from '../../../src/extension/main';
import { DEFAULT_SETTINGS } from '../../../src/protocol/settings';
import { activated, showDocument, until } from './extension-under-test';

const configuration = () => workspace.getConfiguration('tsuzuki');

describe('configuration', () => {
  let tsuzuki: TestApi;

  before(async () => {
    tsuzuki = await activated();
    await showDocument('彼は老いていた。');
    await tsuzuki.ready;
  });
  after(() => commands.executeCommand('workbench.action.revertAndCloseActiveEditor'));

  it('has the documented defaults', () => {
    const { sampling, enabled, languages, stopAt } = DEFAULT_SETTINGS;
    assert.equal(configuration().get('enabled'), enabled);
    assert.deepEqual(configuration().get('languages'), languages);
    assert.equal(configuration().get('stopAt'), stopAt);
    for (const [name, value] of Object.entries(sampling)) {
      assert.deepEqual(configuration().get(`sampling.${name}`), value, name);
    }
  });

  it('can differ from language to language', async () => {
    const markdown = () => workspace.getConfiguration('tsuzuki', { languageId: 'markdown' });
    await markdown().update('sampling.temperature', 0.3, ConfigurationTarget.Global, true);
    assert.equal(markdown().get('sampling.temperature'), 0.3);
    assert.equal(configuration().get('sampling.temperature'), DEFAULT_SETTINGS.sampling.temperature);
    await markdown().update('sampling.temperature', undefined, ConfigurationTarget.Global, true);
  });

  for (const languageId of DEFAULT_SETTINGS.languages) {
    it(`has no popup in the way of ghost text in ${languageId}`, () => {
      const editor = workspace.getConfiguration('editor', { languageId });
      assert.equal(editor.get('wordBasedSuggestions'), 'off');
      // With this one the editor gives up ghost text that is late.
      assert.notEqual(editor.get<{ readonly other: string }>('quickSuggestions')?.other, 'offWhenInlineCompletions');
    });
  }

  it('tsuzuki.model.path replaces the sidecar by one with that model, and says what is wrong with it', async () => {
    const before = tsuzuki.sidecarPid();
    await configuration().update('model.path', '/nowhere/at/all', ConfigurationTarget.Global);
    const status = await until('an error', () => {
      const present = tsuzuki.status();
      return present?.state === 'error' ? present : undefined;
    });
    assert.match(status.message, /\/nowhere\/at\/all: there is no such folder/);
    assert.notEqual(tsuzuki.sidecarPid(), undefined);
    assert.notEqual(tsuzuki.sidecarPid(), before);

    await configuration().update('model.path', undefined, ConfigurationTarget.Global);
    await until('the embedded model', () => {
      const present = tsuzuki.status();
      return present?.state === 'ready' && present.model.name === 'tsuzuki-base-ja';
    });
  });
});
