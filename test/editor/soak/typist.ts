import { nextPart } from '../../../src/text/phrases/next-part';
import type { EditorWindow } from '../bed/editor-window';
import { until } from '../bed/until';
import { atEnd, before, erased, inserted, type Manuscript, moved, place } from './manuscript';
import type { Step } from './steps';

/** Ghost text that has not changed for so long is what the writer sees and takes. */
const SETTLED_MS = 350;
/** Whoever waits for a suggestion gives up after this: there is none everywhere. */
const OFFER_PATIENCE_MS = 4000;

const KEYS = { all: 'Tab', phrase: 'Control+ArrowRight', sentence: 'Control+ArrowDown' } as const;

/** What the writer's own numbers must say of it. */
export interface Taken {
  /** Key presses that took a suggestion or a piece. */
  readonly keys: number;
  /** Characters that they took; undoing one gives none back. */
  readonly characters: number;
}

/** Does in a window what steps say, and says what must come of it. */
export class Typist {
  taken: Taken = { keys: 0, characters: 0 };

  constructor(private readonly window: EditorWindow) {}

  /**
   * Does one step, and waits until the editor has put the cursor where it must be after it.
   *
   * @returns The text as it must be then.
   * @throws when the cursor comes to rest elsewhere.
   */
  async perform(step: Step, manuscript: Manuscript): Promise<Manuscript> {
    const after = await this.#perform(step, manuscript);
    await this.#cursorAt(after);
    return after;
  }

  async #perform(step: Step, manuscript: Manuscript): Promise<Manuscript> {
    const { keyboard } = this.window.page;
    switch (step.kind) {
      case 'burst':
        for (const character of step.text) await this.#then(step.gapMs, () => this.window.type(character));
        return inserted(manuscript, step.text);
      case 'erase':
        for (let i = 0; i < step.count; i++) await this.#then(step.gapMs, () => keyboard.press('Backspace'));
        return erased(manuscript, step.count);
      case 'compose':
        return this.#compose(step, manuscript);
      case 'reconvert': {
        for (let i = 0; i < step.count; i++) await keyboard.press('Shift+ArrowLeft');
        await this.#compose({ ...step, ends: 'committed', gapMs: 50 }, manuscript);
        return inserted(erased(manuscript, step.count), step.composition.text);
      }
      case 'write and undo': {
        // The way there and back ends what one undo would take back together with this.
        await this.#move(manuscript, manuscript.cursor > 0 ? -1 : 1);
        await this.#move(moved(manuscript, manuscript.cursor > 0 ? -1 : 1), manuscript.cursor > 0 ? 1 : -1);
        await this.window.type(step.text);
        await this.#cursorAt(inserted(manuscript, step.text));
        await keyboard.press('Control+z');
        return manuscript;
      }
      case 'accept':
        return this.#accept(step, manuscript);
      case 'follow': {
        const start = (await this.#offered()).split('\n')[0]?.slice(0, step.count) ?? '';
        for (const character of start) await this.window.type(character);
        return inserted(manuscript, start);
      }
      case 'ask':
        await keyboard.press('Control+Alt+.');
        await this.#offered();
        return manuscript;
      case 'cycle':
        if ((await this.#offered()) === '') return manuscript;
        for (let i = 0; i < step.times; i++) await this.#then(SETTLED_MS, () => keyboard.press('Alt+]'));
        return manuscript;
      case 'move':
        return this.#move(manuscript, step.by);
      case 'go to the end':
        await keyboard.press('Control+End');
        return atEnd(manuscript);
      case 'pause':
        await this.window.page.waitForTimeout(step.ms);
        return manuscript;
    }
  }

  async #compose(
    { composition, ends, gapMs }: Omit<Extract<Step, { kind: 'compose' }>, 'kind'>,
    manuscript: Manuscript,
  ): Promise<Manuscript> {
    const { inputMethod } = this.window;
    for (const shown of composition.readings) await this.#then(gapMs, () => inputMethod.show(shown));
    if (ends === 'cancelled') {
      await inputMethod.cancel();
      return manuscript;
    }
    await this.#then(gapMs, () => inputMethod.show(composition.text));
    await inputMethod.commit(composition);
    return inserted(manuscript, composition.text);
  }

  async #accept({ unit, afterwards }: Extract<Step, { kind: 'accept' }>, manuscript: Manuscript): Promise<Manuscript> {
    const offered = await this.#offered();
    if (offered === '') return manuscript;
    const part = unit === 'all' ? offered : nextPart(unit, before(manuscript), offered);
    const taken = inserted(manuscript, part);
    const { keyboard } = this.window.page;
    await keyboard.press(KEYS[unit]);
    await this.#cursorAt(taken);
    const { keys, characters } = this.taken;
    this.taken = { keys: keys + 1, characters: characters + [...part].length };
    if (afterwards === 'keep') return taken;
    await keyboard.press('Control+z');
    await this.#cursorAt(manuscript);
    if (afterwards === 'undo') return manuscript;
    await keyboard.press('Control+y');
    return taken;
  }

  async #move(manuscript: Manuscript, by: number): Promise<Manuscript> {
    for (let i = 0; i < Math.abs(by); i++) {
      await this.window.page.keyboard.press(by < 0 ? 'ArrowLeft' : 'ArrowRight');
    }
    return moved(manuscript, by);
  }

  /** The suggestion that is drawn and stands still; empty when none comes. */
  async #offered(): Promise<string> {
    const giveUp = Date.now() + OFFER_PATIENCE_MS;
    let last = '';
    let since = Date.now();
    return until('a suggestion, or none', async () => {
      const shown = await this.window.shownSuggestion();
      if (shown !== last) {
        last = shown;
        since = Date.now();
      }
      return (shown !== '' && Date.now() - since >= SETTLED_MS) || Date.now() > giveUp ? { shown } : undefined;
    }).then(({ shown }) => shown);
  }

  async #cursorAt(manuscript: Manuscript): Promise<void> {
    const { line, column } = place(manuscript);
    const selection = this.window.page.locator('.statusbar-item[id="status.editor.selection"]');
    await selection.getByText(`Ln ${line}, Col ${column}`, { exact: true }).waitFor();
  }

  async #then(ms: number, press: () => Promise<void>): Promise<void> {
    await press();
    await this.window.page.waitForTimeout(ms);
  }
}
