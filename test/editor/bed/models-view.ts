import type { Locator, Page } from 'playwright-core';
import type { QuickInput } from './quick-input';
import { until } from './until';

/** After this a tooltip is not about to come any more. */
const TOOLTIP_MS = 3000;

/** A menu gets as long to close. */
const MENU_MS = 500;

/** The view of models below the files. */
export class ModelsView {
  private readonly pane: Locator;

  /** @param title What the view is called in the language of the window. */
  constructor(
    private readonly page: Page,
    private readonly quickInput: QuickInput,
    private readonly title = 'Tsuzuki Models',
  ) {
    this.pane = page.locator(`.pane:has(> .pane-header[aria-label^="${title}"])`);
  }

  /** Opens the view, as the user does from the command palette. */
  async open(): Promise<void> {
    await this.quickInput.runCommand(`Explorer: Focus on ${this.title} View`);
    await this.rows.first().waitFor();
  }

  get rows(): Locator {
    return this.pane.locator('.pane-body .monaco-list-row');
  }

  /** The line of a model. */
  row(name: string): Locator {
    return this.rows.filter({ has: this.page.locator('.label-name').getByText(name, { exact: true }) });
  }

  /** Presses a button that a line shows while the mouse is over it. */
  async press(name: string, action: string): Promise<void> {
    await this.row(name).hover();
    await this.row(name).locator(`.action-label[aria-label^="${action}"]`).click();
  }

  /** Holds the mouse over a line until it says this. A line that is drawn anew meanwhile forgets the mouse. */
  async showTooltip(name: string, text: string): Promise<void> {
    const tooltip = this.page.locator('.monaco-hover').filter({ hasText: text });
    await until(`the tooltip of ${name}`, async () => {
      await this.page.mouse.move(0, 0);
      await this.row(name).hover();
      return tooltip.waitFor({ timeout: TOOLTIP_MS }).then(
        () => true,
        () => false,
      );
    });
  }

  /** Chooses from the menu of a line. */
  async choose(name: string, action: string): Promise<void> {
    await this.row(name).click({ button: 'right' });
    const item = this.page.getByRole('menuitem', { name: action });
    await item.waitFor();
    // A menu that has only just opened passes over a click, lest the one that opened it should choose.
    await until(`the menu of ${name} to take the click`, async () => {
      if (await item.isVisible()) await item.click();
      await this.page.waitForTimeout(MENU_MS);
      return !(await item.isVisible());
    });
  }
}
