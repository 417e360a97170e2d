import type { FrameLocator, Locator, Page } from 'playwright-core';

/** One of the extension's pages inside its window. */
export class WebPage {
  readonly frame: FrameLocator;

  constructor(page: Page) {
    this.frame = page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  }

  button(name: string): Locator {
    return this.frame.getByRole('button', { name });
  }

  text(text: string | RegExp): Locator {
    return this.frame.getByText(text);
  }

  /** The cells of a row, by its first one. */
  async row(name: string): Promise<readonly string[]> {
    return this.frame.getByRole('row', { name }).first().locator('td').allInnerTexts();
  }
}
