import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { ConfigurationTarget, commands, type TextDocument, workspace } from 'vscode';
import { activated, showDocument } from './extension-under-test';

/** Asks for a suggestion and takes it; returns what was added to the document. */
async function accept(document: TextDocument, seconds: number): Promise<string> {
  const before = document.getText();
  const end = Date.now() + seconds * 1000;
  for (let attempt = 0; Date.now() < end; attempt++) {
    // Asking again ends what is being written: on a slow machine that must not happen before it is done.
    if (attempt % 10 === 0) await commands.executeCommand('tsuzuki.trigger');
    await new Promise((resolve) => setTimeout(resolve, 300));
    await commands.executeCommand('editor.action.inlineSuggest.commit');
    const after = document.getText();
    if (after !== before) {
      return after.slice(commonStart(before, after), after.length - (before.length - commonStart(before, after)));
    }
  }
  return '';
}

/** How many characters two texts have in common before they part. */
function commonStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

describe('ghost text', () => {
  before(async () => {
    const { ready } = await activated();
    await workspace.getConfiguration('tsuzuki').update('sampling.seed', 1, ConfigurationTarget.Global);
    await showDocument('彼は');
    await ready;
  });
  afterEach(() => commands.executeCommand('workbench.action.revertAndCloseActiveEditor'));
  after(() => workspace.getConfiguration('tsuzuki').update('sampling.seed', undefined, ConfigurationTarget.Global));

  for (const language of ['plaintext', 'markdown', 'latex']) {
    it(`continues a document of the language ${language}`, async () => {
      const document = await showDocument('彼は老いていた。漁師は', language);
      assert.match(await accept(document, 30), /\p{Script=Hiragana}|\p{Script=Han}/u);
    });
  }

  it('continues before a closing bracket, and leaves the bracket alone', async () => {
    const document = await showDocument('「彼は老いていた。漁師は」');
    await commands.executeCommand('cursorMove', { to: 'left' });
    assert.notEqual(await accept(document, 30), '');
    assert.match(document.getText(), /^「彼は老いていた。漁師は.+」$/u);
  });

  it('leaves English text, and other languages of the editor, alone', async () => {
    assert.equal(await accept(await showDocument('He was an old man. The fisherman'), 3), '');
    assert.equal(await accept(await showDocument('// 彼は老いていた。漁師は', 'javascript'), 3), '');
  });
});
