import type { Locator, Page } from 'playwright-core';
import { until } from './until';

/** How long a dialog gets to follow what was typed or clicked, in milliseconds. */
const SETTLED_MS = 800;

/** The box at the top of the window: command palette, menus, single-line input. */
export class QuickInput {
  readonly widget: Locator;

  constructor(private readonly page: Page) {
    this.widget = page.locator('.quick-input-widget');
  }

  get title(): Locator {
    return this.widget.locator('.quick-input-title');
  }

  row(text: string): Locator {
    return this.widget.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
  }

  async choose(text: string): Promise<void> {
    await this.row(text).click();
  }

  /** Replaces what stands in the box and presses Enter. */
  async enter(text: string): Promise<void> {
    await this.widget.locator('input.input').first().fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** Answers a dialog that asks for a folder: `button` is what its button says. */
  async enterFolder(folder: string, button: string): Promise<void> {
    const box = this.widget.locator('input.input').first();
    // The dialog writes its own starting point into the box, as soon as it has found it.
    await until('the starting point of the dialog', async () => (await box.inputValue()) !== '');
    // Busy with listing a folder, it drops what is typed or clicked: so look, and do it again.
    await until('the dialog to take the folder', async () => {
      if (!(await this.widget.isVisible())) return true;
      const present = await box.inputValue();
      if (present.replace(/\/$/, '') === folder) await this.widget.getByRole('button', { name: button }).click();
      else await box.fill(folder);
      return this.widget.waitFor({ state: 'hidden', timeout: SETTLED_MS }).then(
        () => true,
        () => false,
      );
    });
  }

  async dismiss(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.widget.waitFor({ state: 'hidden' });
  }

  /** Runs a command by its title, as the user does. */
  async runCommand(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.widget.locator('input.input').first().waitFor();
    await this.page.keyboard.insertText(title); // the box already holds ">"
    await this.row(title).waitFor();
    await this.page.keyboard.press('Enter');
  }
}
