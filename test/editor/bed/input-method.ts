import type { CDPSession, Page } from 'playwright-core';

/** One composition: what is seen while typing, and the text it is converted to. */
export interface Composition {
  readonly readings: readonly string[];
  readonly text: string;
}

/** Types as a Japanese input method does, over Chromium's own protocol. */
export class InputMethod {
  private constructor(private readonly session: CDPSession) {}

  static async attach(page: Page): Promise<InputMethod> {
    return new InputMethod(await page.context().newCDPSession(page));
  }

  /** Shows each reading and then the converted text, underlined and not yet part of the document for good. */
  async compose({ readings, text }: Composition): Promise<void> {
    for (const shown of [...readings, text]) await this.show(shown);
  }

  /** One step of a composition. */
  async show(text: string): Promise<void> {
    await this.session.send('Input.imeSetComposition', {
      text,
      selectionStart: text.length,
      selectionEnd: text.length,
    });
  }

  /** Ends the composition with its converted text. */
  async commit({ text }: Pick<Composition, 'text'>): Promise<void> {
    await this.session.send('Input.insertText', { text });
  }

  /** Ends the composition with nothing, as Escape does. */
  async cancel(): Promise<void> {
    await this.show('');
  }
}
