import type { Place } from '../suggestion/place';
import { BackOff } from './back-off';
import { lastEdit } from './last-edit';

const RULES = {
  /** Input methods hide ghost text while they compose, and most of what is asked for meanwhile is never seen. */
  composingWaitMs: 120,
  /** So many characters of a suggestion, written at once, were taken from it and not typed. */
  partTaken: 2,
} as const;

/** A letter or three behind Japanese: an input method has not made kana of them yet. */
const ROMAJI = /[ａ-ｚＡ-Ｚ]$|(?:^|[^\x21-\x7e])[A-Za-z]{1,3}$/u;

/** What is known of an automatic request from the text alone. */
export interface Received {
  /** The writer has taken back what a suggestion followed: none is wanted until there is new text. */
  readonly declined: boolean;
  /** Milliseconds to wait at least before the model is asked. */
  readonly waitMs: number;
}

/**
 * How the writer receives what is shown, judged by what becomes of the text from one request to the next: no editor says
 * so itself, nor whether an input method is composing.
 */
export class Reception {
  #last: { readonly uri: string; readonly before: string } | undefined;
  #composing = false;
  #shown = false;
  #declined = false;
  readonly #backOff = new BackOff();

  /**
   * An automatic request has come.
   *
   * @param along Whether the text is that of a suggestion on offer and of what the writer took from it.
   */
  requested(uri: string, { before }: Place, now: number, along: boolean): Received {
    if (this.#last?.uri !== uri) this.#enter(uri, before);
    const edit = lastEdit(this.#last?.before ?? before, before);
    this.#last = { uri, before };
    switch (edit.kind) {
      case 'none':
        // VS Code does not ask at a deletion where nothing is drawn: something was deleted, and written again.
        this.#declined = false;
        break;
      case 'deleted':
        // More than a character: an acceptance was undone, or something written over.
        this.#declined ||= edit.text.length === 1 && this.#shown && !this.#composing;
        this.#passOver(now);
        this.#composing = false;
        break;
      case 'inserted':
      case 'replaced':
        this.#declined = false;
        this.#composing = edit.kind === 'replaced' || ROMAJI.test(before);
        if (!along) this.#passOver(now);
        else if (edit.text.length >= RULES.partTaken || edit.kind === 'replaced') this.#backOff.accepted(now);
        break;
    }
    const waitMs = Math.max(this.#backOff.waitMs(now), this.#composing ? RULES.composingWaitMs : 0);
    return { declined: this.#declined, waitMs };
  }

  /** A request that the writer made themselves was answered, or an automatic one: something is on the screen now, or not. */
  answered(uri: string, { before }: Place, now: number, some: boolean): void {
    this.#last = { uri, before };
    this.#shown = some && !this.#composing;
    if (this.#shown) this.#backOff.shown(now);
  }

  /** What happened in another document says nothing about this one. */
  #enter(uri: string, before: string): void {
    this.#last = { uri, before };
    this.#composing = false;
    this.#shown = false;
    this.#declined = false;
  }

  #passOver(now: number): void {
    if (this.#shown) this.#backOff.passedOver(now);
    this.#shown = false;
  }
}
