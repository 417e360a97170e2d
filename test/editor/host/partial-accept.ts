import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { ConfigurationTarget, commands, type TextDocument, workspace } from 'vscode';
import { activated, showDocument, until } from './extension-under-test';

const OPENING = '彼は老いていた。漁師は';

/** What VS Code takes for the word at the beginning of a document. */
function firstWord(document: TextDocument): string {
  return document.getText(document.getWordRangeAtPosition(document.positionAt(0)));
}

describe('taking a suggestion piece by piece', () => {
  before(async () => {
    const { ready } = await activated();
    await workspace.getConfiguration('tsuzuki').update('sampling.seed', 1, ConfigurationTarget.Global);
    await showDocument(OPENING);
    await ready;
  });
  after(async () => {
    await workspace.getConfiguration('tsuzuki').update('sampling.seed', undefined, ConfigurationTarget.Global);
    await commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('leaves the words of the language as they were', async () => {
    const document = await showDocument(OPENING);
    assert.equal(firstWord(document), OPENING);
    for (const end = Date.now() + 30_000; document.getText() === OPENING && Date.now() < end; ) {
      await commands.executeCommand('tsuzuki.trigger');
      await new Promise((resolve) => setTimeout(resolve, 300));
      await commands.executeCommand('tsuzuki.acceptNextPhrase');
    }
    assert.ok(document.getText().length > OPENING.length);
    await until('the former words', () => firstWord(document).startsWith(OPENING));
  });
});
