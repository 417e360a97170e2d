import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { CancellationTokenSource } from 'vscode-languageserver-protocol/node';
import type { AnswerCost } from '../../../src/protocol/status';
import { LanguageClient, type StartOptions } from '../../server/language-client';
import type { Keystroke } from './keystrokes';

/** VS Code waits this long after a change before it asks. */
const EDITOR_DEBOUNCE_MS = 50;
/** Linux counts processor time in hundredths of a second. */
const TICKS_PER_SECOND = 100;

/** A request that was answered before the next keystroke. */
export interface Answered {
  /** From the request to its answer. */
  readonly ms: number;
  readonly suggested: boolean;
  /** What it cost; missing when it was answered without the model. */
  readonly cost: AnswerCost | undefined;
}

export interface Typed {
  readonly answered: readonly Answered[];
  /** Requests that the next keystroke overtook. */
  readonly overtaken: number;
  readonly seconds: number;
  /** Of the server; Linux only. */
  readonly processorSeconds: number | undefined;
}

/** Somebody who writes at the end of a document, in an editor that asks a real server as VS Code does. */
export class Writer {
  #text: string;

  private constructor(
    private readonly client: LanguageClient,
    private readonly uri: string,
    text: string,
  ) {
    this.#text = text;
  }

  /** Opens a document, and waits until the model is loaded and has read it. */
  static async begin(text: string, options: StartOptions): Promise<Writer> {
    const client = await LanguageClient.start(options);
    const status = await Promise.race([client.reaches('ready'), client.reaches('error')]);
    if (status.state === 'error') throw new Error(status.message);
    const writer = new Writer(client, await client.open('writing.txt', text), text);
    await client.typed(writer.uri, writer.#end());
    return writer;
  }

  /** Types at the pace of the keystrokes, cancelling what is asked for by the one before. */
  async type(strokes: readonly Keystroke[]): Promise<Typed> {
    const answered: Answered[] = [];
    let overtaken = 0;
    const [start, processorBefore] = [performance.now(), await this.#processorSeconds()];
    let due = start;
    let pending: { readonly asked: Promise<void>; cancel(): boolean } | undefined;
    for (const stroke of strokes) {
      due += stroke.afterMs;
      await delay(Math.max(0, due - performance.now()));
      if (pending?.cancel() === true) overtaken++;
      await this.#change(stroke);
      pending = this.#askLater((one) => answered.push(one));
    }
    await pending?.asked;
    const seconds = (performance.now() - start) / 1000;
    const processorAfter = await this.#processorSeconds();
    const processorSeconds =
      processorAfter === undefined || processorBefore === undefined ? undefined : processorAfter - processorBefore;
    return { answered, overtaken, seconds, processorSeconds };
  }

  /** One character more, asked about as if the editor had no debounce. */
  async edit(character: string): Promise<Answered> {
    await this.#change({ afterMs: 0, deleted: 0, inserted: character });
    return this.#ask();
  }

  async close(): Promise<void> {
    await this.client.stop();
  }

  #askLater(onAnswer: (one: Answered) => void): { readonly asked: Promise<void>; cancel(): boolean } {
    const cancellation = new CancellationTokenSource();
    const { token } = cancellation;
    let answered = false;
    const ask = async () => {
      await delay(EDITOR_DEBOUNCE_MS);
      if (token.isCancellationRequested) return;
      const answer = await this.#ask(cancellation);
      if (token.isCancellationRequested) return;
      answered = true;
      onAnswer(answer);
    };
    const cancel = () => {
      if (!answered) cancellation.cancel();
      return !answered;
    };
    return { asked: ask(), cancel };
  }

  async #ask(cancellation?: CancellationTokenSource): Promise<Answered> {
    const before = this.client.statuses.length;
    const start = performance.now();
    const items = await this.client.typed(this.uri, this.#end(), cancellation?.token).catch(() => []);
    const ms = performance.now() - start;
    const asked = this.client.statuses.length > before;
    return { ms, suggested: items.length > 0, cost: asked ? this.client.answer : undefined };
  }

  async #change({ deleted, inserted }: Keystroke): Promise<void> {
    const end = this.#end();
    this.#text = this.#text.slice(0, this.#text.length - deleted) + inserted;
    const start = { line: end.line, character: end.character - deleted };
    await this.client.change(this.uri, { range: { start, end }, text: inserted });
  }

  #end(): { line: number; character: number } {
    const lines = this.#text.split('\n');
    return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
  }

  async #processorSeconds(): Promise<number | undefined> {
    const stat = await readFile(`/proc/${this.client.process.pid}/stat`, 'utf8').catch(() => undefined);
    if (stat === undefined) return undefined;
    // After the command's name in brackets: user and system time are the 12th and 13th fields.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  }
}
