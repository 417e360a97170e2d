import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CancellationTokenSource } from 'vscode-languageserver-protocol/node';
import { COMMANDS, GREEDY, LanguageClient } from './language-client';

const OPENING = '彼は老いていた。漁師は';
const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}]/u;
/** Long enough that it is still being written when the next request comes. */
const LONG = { stopAt: 'none', sampling: { temperature: 0, maxNewTokens: 120, alternatives: 5 } } as const;

describe.each(Object.entries(COMMANDS))('the server as %s', (_, command) => {
  test('continues a Japanese text, then ends as it is told', async () => {
    const client = await LanguageClient.start({ command });
    const uri = await client.open('老人.txt', OPENING);
    const [first, ...others] = await client.typed(uri, { line: 0, character: OPENING.length });
    expect(first).toMatch(KANA);
    expect(others).toEqual([]);
    expect(await client.stop()).toBe(0);
  });
});

describe('one server', () => {
  let client: LanguageClient;
  const settings = new Map<string, unknown>();
  beforeAll(async () => {
    client = await LanguageClient.start({ settings: ({ scopeUri = '' }) => settings.get(scopeUri) ?? GREEDY });
    await client.reaches('ready');
  });
  afterAll(() => client.stop());

  async function openLong(name: string): Promise<string> {
    const uri = await client.open(name, OPENING);
    settings.set(uri, LONG);
    return uri;
  }
  const end = { line: 0, character: OPENING.length };

  /** Each generation ends before the next begins, for they share one cache: the states alternate. */
  function expectOneAtATime(since: number): void {
    const states = client.statuses.slice(since).map(({ state }) => state);
    expect(states.length).toBeGreaterThan(1);
    expect(states).toEqual(states.map((_, i) => (i % 2 === 0 ? 'generating' : 'ready')));
    expect(states.at(-1)).toBe('ready');
  }

  test('says loading, then ready with the time it took', () => {
    expect(client.statuses.map(({ state }) => state)).toEqual(['loading', 'ready']);
    expect(client.statuses.at(-1)).toMatchObject({ model: { name: 'tsuzuki-base-ja' }, loadMs: expect.any(Number) });
  });

  test('says generating while it writes, and ready after', async () => {
    const uri = await client.open('status.txt', OPENING);
    const before = client.statuses.length;
    await client.invoke(uri, end);
    expect(client.statuses.slice(before).map(({ state }) => state)).toEqual(['generating', 'ready']);
  });

  test('typing along a suggestion shows the rest of it without asking the model again', async () => {
    const uri = await client.open('along.txt', OPENING);
    const [suggestion = ''] = await client.typed(uri, end);
    const typed = suggestion.slice(0, 2);
    await client.change(uri, { range: { start: end, end }, text: typed });
    const before = client.statuses.length;
    const rest = await client.typed(uri, { line: 0, character: OPENING.length + typed.length });
    expect(rest).toEqual([suggestion.slice(2)]);
    expect(client.statuses.length).toBe(before);
  });

  test('only on request: nothing comes by itself', async () => {
    const uri = await client.open('manual.txt', OPENING);
    settings.set(uri, { ...GREEDY, triggerMode: 'manual' });
    expect(await client.typed(uri, end)).toEqual([]);
    expect(await client.invoke(uri, end)).toEqual([expect.stringMatching(KANA)]);
  });

  test('what is taken back behind a suggestion is not continued until there is new text', async () => {
    const uri = await client.open('taken-back.txt', OPENING);
    expect(await client.typed(uri, end)).toEqual([expect.stringMatching(KANA)]);
    const shorter = { line: 0, character: OPENING.length - 1 };
    await client.change(uri, { range: { start: shorter, end }, text: '' });
    expect(await client.typed(uri, shorter)).toEqual([]);
    await client.change(uri, { range: { start: shorter, end: shorter }, text: 'が' });
    expect(await client.typed(uri, end)).toEqual([expect.stringMatching(KANA)]);
  });

  test('the same text gives the same continuation, greedily', async () => {
    const uri = await client.open('greedy.txt', OPENING);
    expect(await client.invoke(uri, end)).toEqual(await client.invoke(uri, end));
  });

  test.each([
    ['in a text that is not Japanese', 'The old man was║', []],
    ['in an empty document', '║', []],
    ['before a closing bracket', '「彼は老いていた。漁師は║」', [expect.stringMatching(KANA)]],
    ['on a blank line', '彼は老いていた。\n\n║', [expect.stringMatching(KANA)]],
  ])('%s', async (name, marked, expected) => {
    const before = marked.slice(0, marked.indexOf('║')).split('\n');
    const uri = await client.open(`${name}.txt`, marked.replace('║', ''));
    const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
    expect(await client.invoke(uri, position)).toEqual(expected);
  });

  test('a document that was never opened, or is closed, gets nothing', async () => {
    const uri = await client.open('closed.txt', OPENING);
    await client.closeDocument(uri);
    expect(await client.invoke(uri, end)).toEqual([]);
    expect(await client.invoke('file:///nowhere.txt', end)).toEqual([]);
  });

  test('a request that is cancelled while it is written is answered before its end, and the next one is served', async () => {
    const uri = await openLong('cancelled.txt');
    const cancellation = new CancellationTokenSource();
    const generating = client.next('generating');
    let answered = false;
    const request = client.invoke(uri, end, cancellation.token).finally(() => {
      answered = true;
    });
    await generating;
    expect(answered).toBe(false);
    const ready = client.next('ready');
    cancellation.cancel();
    expect(await request).toEqual([]);
    await ready;
    const other = await client.open('after-cancelled.txt', OPENING);
    expect(await client.invoke(other, end)).toEqual([expect.stringMatching(KANA)]);
  });

  test('of two requests that race, the older one is answered with nothing and the newer one is served', async () => {
    const uri = await openLong('older.txt');
    const newer = await client.open('newer.txt', OPENING);
    const generating = client.next('generating');
    const older = client.invoke(uri, end);
    await generating;
    const answers = await Promise.all([older, client.invoke(newer, end)]);
    expect(answers).toEqual([[], [expect.stringMatching(KANA)]]);
  });

  test('of twenty requests at once only the last is served', async () => {
    const uri = await client.open('burst.txt', OPENING);
    const before = client.statuses.length;
    const requests = Array.from({ length: 20 }, (_, i) =>
      i % 3 === 0 ? client.typed(uri, end) : client.invoke(uri, end),
    );
    const answers = await Promise.all(requests);
    expect(answers.slice(0, -1).every((items) => items.length === 0)).toBe(true);
    expect(answers.at(-1)).toEqual([expect.stringMatching(KANA)]);
    expectOneAtATime(before);
  });

  test('what was interrupted leaves nothing behind in the cache', async () => {
    const text = '吾輩は猫である。名前はまだ無い。どこで生れたか';
    const quiet = await client.open('quiet.txt', text);
    const position = { line: 0, character: text.length };
    const undisturbed = await client.invoke(quiet, position);
    const before = client.statuses.length;
    const long = await openLong('disturbing.txt');
    for (let round = 0; round < 5; round++) {
      const disturbed = client.invoke(long, end);
      await delay(7 * round);
      const answers = await Promise.all([disturbed, client.invoke(quiet, position)]);
      expect(answers).toEqual([[], undisturbed]);
    }
    expectOneAtATime(before);
  });

  test('a request is about the text as it was, even if the text changes while it waits', async () => {
    const [expected] = await client.invoke(await client.open('still.txt', OPENING), end);
    const uri = await client.open('changing.txt', OPENING);
    const request = client.typed(uri, end);
    await client.change(uri, { text: 'x' });
    expect(await request).toEqual([expected]);
  });

  test('alternatives are offered on an explicit request only, each once', async () => {
    const open = async (name: string) => {
      const uri = await client.open(name, OPENING);
      settings.set(uri, { stopAt: 'none', sampling: { maxNewTokens: 12, alternatives: 3, seed: 1 } });
      return uri;
    };
    const offered = await client.invoke(await open('alternatives.txt'), end);
    expect(new Set(offered).size).toBe(3);
    expect(await client.typed(await open('one.txt'), end)).toEqual(offered.slice(0, 1));
  });
});

describe('what an answer costs', () => {
  let client: LanguageClient;
  beforeAll(async () => {
    client = await LanguageClient.start();
    await client.reaches('ready');
  });
  afterAll(() => client.stop());
  const text = '吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。';
  const end = { line: 0, character: text.length };

  test('an edit is evaluated, not what stands before it', async () => {
    const uri = await client.open('edited.txt', text);
    await client.invoke(uri, end);
    const { promptTokens = 0 } = client.answer ?? {};
    await client.change(uri, { range: { start: end, end }, text: '朝' });
    await client.invoke(uri, { line: 0, character: text.length + 1 });
    expect(client.answer).toMatchObject({ newTokens: 8 });
    expect(client.answer?.promptTokens).toBeLessThan(4);
    expect(client.answer?.heldTokens).toBeGreaterThan(promptTokens - 4);
  });

  test('a text is read where the cursor rests, before anything is asked', async () => {
    const uri = await client.open('resting.txt', `朝の港。\n${text}`);
    const position = { line: 1, character: text.length };
    await client.rest(uri, position);
    await delay(1500);
    await client.invoke(uri, position);
    expect(client.answer?.promptTokens).toBeLessThan(3);
  });

  test('nonsense from a client harms nobody', async () => {
    await client.connection.sendNotification('tsuzuki/cursor', { uri: 7 });
    const uri = await client.open('after-nonsense.txt', text);
    expect(await client.typed(uri, end)).toEqual([expect.stringMatching(KANA)]);
  });
});

describe('requests while the model loads', () => {
  test('are served when it is loaded; superseded and cancelled ones are answered at once', async () => {
    const client = await LanguageClient.start();
    const uri = await client.open('early.txt', OPENING);
    const position = { line: 0, character: OPENING.length };
    const cancellation = new CancellationTokenSource();
    const superseded = client.invoke(uri, position);
    const cancelled = client.invoke(uri, position, cancellation.token);
    cancellation.cancel();
    const served = client.invoke(uri, position);
    expect(await superseded).toEqual([]);
    expect(await cancelled.catch(() => [])).toEqual([]);
    expect(await served).toEqual([expect.stringMatching(KANA)]);
    await client.stop();
  });
});
