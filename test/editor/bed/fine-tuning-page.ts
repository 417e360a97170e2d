import type { FrameLocator, Locator, Page } from 'playwright-core';

/** The page of "Fine-tune on workspace" inside its window. */
export class FineTuningPage {
  readonly frame: FrameLocator;

  constructor(page: Page) {
    this.frame = page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  }

  get heading(): Locator {
    return this.frame.getByRole('heading', { level: 1 });
  }

  button(name: string): Locator {
    return this.frame.getByRole('button', { name });
  }

  text(text: string | RegExp): Locator {
    return this.frame.getByText(text);
  }

  /** What the list of files says, a line for each file: its name, what is in the other columns, and whether it is in. */
  async files(): Promise<readonly { readonly cells: readonly string[]; readonly chosen: boolean }[]> {
    const rows = await this.frame.locator('table.files tbody tr').all();
    return Promise.all(
      rows.map(async (row) => ({
        cells: (await row.locator('th, td').allInnerTexts()).slice(1),
        chosen: await row.getByRole('checkbox').isChecked(),
      })),
    );
  }

  checkbox(file: string): Locator {
    return this.frame.getByRole('checkbox', { name: file });
  }
}
