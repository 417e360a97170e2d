import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { inject } from 'vitest';
import { windowAddress } from '../../../scripts/editor/server';
import { ROOT } from '../../../scripts/editor/vsix';
import { InputMethod } from './input-method';
import { BROWSER_LOCALES, type Language, type Wording, wordingIn } from './language';
import { QuickInput } from './quick-input';
import { sidecarPids } from './sidecar-process';
import { PATIENCE_MS, until } from './until';

/** Ghost text counts as drawn when it has not changed for this long: requests that are under way may still replace it. */
const SETTLED_MS = 400;
/** Rarely the editor does not ask for ghost text after the very first typing; the last character is then typed again. */
const RETYPE_AFTER_MS = 10_000;
const RETYPES = 2;

/** A page of the shared browser, on which everything but this machine is cut off. */
export async function openPage(language: Language = 'en'): Promise<{ page: Page; browser: Browser }> {
  const browser = await chromium.connect(inject('bed').browserEndpoint);
  const viewport = { width: 1280, height: 800 };
  const context = await browser.newContext({ viewport, locale: BROWSER_LOCALES[language] });
  await context.route(
    (url) => url.hostname !== '127.0.0.1',
    (route) => route.abort(),
  );
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  return { page, browser };
}

/** A VS Code window in the browser with one document open. */
export class EditorWindow {
  readonly quickInput: QuickInput;
  /** Text that is offered and not yet part of the document: one element per wrapped line. */
  readonly ghost: Locator;
  readonly statusItem: Locator;

  private constructor(
    readonly page: Page,
    readonly inputMethod: InputMethod,
    private readonly browser: Browser,
    readonly file: string,
    /** What our texts say in the language of the window. */
    readonly wording: Wording,
  ) {
    this.quickInput = new QuickInput(page);
    this.ghost = page.locator('.editor-instance .monaco-editor .view-lines .ghost-text-decoration');
    this.statusItem = page.locator('.statusbar-item[id="tsuzuki.tsuzuki.tsuzuki.status"]');
  }

  /**
   * Opens a window on a new folder with one document, the cursor at its end, and waits until the model is loaded.
   *
   * @param others Files that lie in the folder too, by their path in it.
   * @param options.name Of the document.
   */
  static async open(
    text = '',
    others: Readonly<Record<string, string | Uint8Array>> = {},
    { language = 'en', name = 'manuscript.txt' }: { readonly language?: Language; readonly name?: string } = {},
  ): Promise<EditorWindow> {
    const { origin, workspaces } = inject('bed');
    const workspace = mkdtempSync(join(workspaces, 'window-'));
    for (const [path, content] of Object.entries(others)) {
      mkdirSync(dirname(join(workspace, path)), { recursive: true });
      writeFileSync(join(workspace, path), content);
    }
    const file = join(workspace, name);
    writeFileSync(file, text);
    const { page, browser } = await openPage(language);
    const lines = text.split('\n');
    const place = { file, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
    await page.goto(windowAddress({ origin }, workspace, place));
    await page.locator('.editor-instance .monaco-editor .view-lines').first().waitFor();
    const window = new EditorWindow(page, await InputMethod.attach(page), browser, file, await wordingIn(language));
    await window.waitForModel();
    await page.locator('.editor-instance .monaco-editor.focused').waitFor();
    return window;
  }

  /** The status bar item while it says this, whatever stands in the places for which no value is given. */
  status(english: string, ...values: readonly (string | number)[]): Locator {
    // Nothing is found by an attribute that holds an empty text.
    const parts = this.wording(english, ...values)
      .split(/\{\d\}/)
      .filter((part) => part !== '');
    return this.statusItem.and(this.page.locator(parts.map((part) => `[aria-label*="${part}"]`).join('')));
  }

  /** Waits until the status bar says that the model is loaded. */
  async waitForModel(name = 'tsuzuki-base-ja'): Promise<void> {
    await this.status('Model: {0} (loaded in {1} s)', name).waitFor();
  }

  /** Puts the cursor behind the last character of the document. */
  async focusEnd(): Promise<void> {
    await this.page.locator('.editor-instance .monaco-editor .view-lines').first().click();
    await this.page.locator('.editor-instance .monaco-editor.focused').waitFor();
    await this.page.keyboard.press('Control+End');
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.insertText(text);
  }

  /** The ghost text once it is drawn and stands still. `last` is the character before the cursor. */
  async ghostText(last: string): Promise<string> {
    for (let retypes = 0; ; retypes++) {
      try {
        await this.ghost.first().waitFor({ timeout: retypes < RETYPES ? RETYPE_AFTER_MS : PATIENCE_MS });
        return await this.settledGhostText();
      } catch (error) {
        if (retypes === RETYPES) throw error;
        console.log(`no ghost text after ${RETYPE_AFTER_MS / 1000} s: typing the last character again`);
        await this.retype(last);
      }
    }
  }

  /** The ghost text that is drawn at this moment; empty when there is none. */
  async shownGhostText(): Promise<string> {
    return (await this.ghost.allInnerTexts()).join('').replaceAll('\u00a0', ' ');
  }

  /** All of the suggestion that is drawn at this moment, with the lines that are drawn below its first. */
  async shownSuggestion(): Promise<string> {
    const script = readFileSync(join(ROOT, 'test/editor/bed/read-suggestion.js'), 'utf8');
    return (await this.page.evaluate<string>(script)).replaceAll('\u00a0', ' ');
  }

  /** Removes the last character and types it again, which makes the editor ask for ghost text anew. */
  async retype(last: string): Promise<void> {
    await this.page.keyboard.press('Backspace');
    await this.type(last);
  }

  /** The document as it stands on disk after it was saved. */
  async save(): Promise<string> {
    const unsaved = this.page.locator('.tabs-container .tab.active.dirty');
    await this.page.keyboard.press('Control+s');
    await unsaved.waitFor({ state: 'detached' });
    return readFileSync(this.file, 'utf8');
  }

  toast(text: string): Locator {
    return this.page.locator('.notifications-toasts .notification-toast', { hasText: text });
  }

  async screenshot(name: string): Promise<void> {
    await this.page.screenshot({ path: join(inject('bed').artifacts, `${name}.png`) });
  }

  /** Leaves the page as a user does who closes the tab, and waits until the sidecar has ended with it. */
  async close(): Promise<void> {
    await this.page.goto('about:blank');
    await this.browser.close();
    await until('no sidecar without a window', () => sidecarPids().length === 0);
  }

  private async settledGhostText(): Promise<string> {
    let last = '';
    let since = Date.now();
    return until(
      'ghost text that stands still',
      async () => {
        const text = await this.shownGhostText();
        if (text !== last) {
          last = text;
          since = Date.now();
        }
        return text !== '' && Date.now() - since >= SETTLED_MS ? text : undefined;
      },
      RETYPE_AFTER_MS,
    );
  }
}
