import type { Locator, Page } from 'playwright-core';

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

  /** Answers a dialog that asks for a folder. */
  async enterFolder(folder: string): Promise<void> {
    await this.widget.locator('input.input').first().fill(folder);
    await this.widget.getByRole('button', { name: 'Use This Model' }).click();
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
