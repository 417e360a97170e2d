import type { FrameLocator, Locator, Page } from 'playwright-core';
import { until } from './until';

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

  /** Waits until a run has done more steps than `step`. */
  async stepBeyond(step: number): Promise<void> {
    const shown = this.text(/^Step [\d,]+ of/);
    await until(`a step beyond ${step}`, async () => {
      const text = (await shown.count()) === 0 ? '' : await shown.first().textContent();
      return Number(/^Step (\d+)/.exec(text ?? '')?.[1] ?? 0) > step;
    });
  }

  /** What both models have written first behind a text, once they have. */
  async compared(text: string): Promise<{ readonly before: string; readonly after: string }> {
    const table = this.frame.locator('table.comparison', { hasText: text });
    const row = table.locator('tbody tr').first();
    return until(`continuations of ${text}`, async () => {
      const [before, after] = (await table.count()) === 0 ? [] : await row.locator('td').allInnerTexts();
      const written = before !== undefined && after !== undefined && ![before, after].includes('writing…');
      return written && { before, after };
    });
  }

  checkbox(file: string): Locator {
    return this.frame.getByRole('checkbox', { name: file });
  }
}
