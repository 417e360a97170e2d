import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { ROOT } from '../../../scripts/editor/vsix';

/** What the page showed, in its order. */
export type Shown =
  | { readonly kind: 'composition'; readonly state: 'begins' | 'ends' }
  /** All the ghost text drawn from then on; empty when it disappears. */
  | { readonly kind: 'ghost'; readonly text: string };

/** Writes down each ghost text that the page draws, however briefly, and where compositions begin and end. */
export class GhostRecord {
  private constructor(private readonly page: Page) {}

  static async start(page: Page): Promise<GhostRecord> {
    await page.evaluate(readFileSync(join(ROOT, 'test/editor/bed/record-ghost-text.js'), 'utf8'));
    return new GhostRecord(page);
  }

  /** What was shown since the last call. */
  take(): Promise<readonly Shown[]> {
    return this.page.evaluate('window.tsuzukiShown.splice(0)');
  }

  /** The ghost texts that were drawn since then. */
  async ghosts(): Promise<readonly string[]> {
    return (await this.take()).flatMap((one) => (one.kind === 'ghost' && one.text !== '' ? [one.text] : []));
  }
}
