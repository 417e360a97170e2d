import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CancellationToken, CancellationTokenSource } from 'vscode-languageserver-protocol/node';
import { NEXT_PARTS_METHOD } from '../../src/protocol/next-parts';
import { PREVIEW_METHOD, type Preview } from '../../src/protocol/preview';
import { GREEDY, LanguageClient } from './language-client';

const OPENING = '彼は老いていた。漁師は';
const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}]/u;
const END = { line: 0, character: OPENING.length };
const SAMPLING = { temperature: 1.3, topK: 40, topP: 1, maxNewTokens: 12, alternatives: 3, seed: 7 } as const;
/** Long enough that it is still being written when the next request comes. */
const LONG = { ...SAMPLING, maxNewTokens: 200 } as const;

describe('a preview', () => {
  let client: LanguageClient;
  const settings = new Map<string, unknown>();
  beforeAll(async () => {
    client = await LanguageClient.start({ settings: ({ scopeUri = '' }) => settings.get(scopeUri) ?? GREEDY });
    await client.reaches('ready');
  });
  afterAll(() => client.stop());

  function preview(uri: string, sampling: object, token = CancellationToken.None): Promise<Preview> {
    const position = END;
    return client.connection.sendRequest<Preview>(PREVIEW_METHOD, { uri, position, sampling }, token);
  }

  async function written(uri: string, sampling: object) {
    const answer = await preview(uri, sampling);
    if (answer.kind !== 'written') throw new Error(answer.kind);
    return answer.continuations;
  }

  test('is what would be suggested with that sampling, saved or not', async () => {
    const uri = await client.open('preview.txt', OPENING);
    const unsaved = await written(uri, SAMPLING);
    settings.set(uri, { stopAt: 'none', sampling: SAMPLING });
    await client.configurationChanged();
    expect(await client.invoke(uri, END)).toEqual(unsaved.map(({ text }) => text));
  });

  test('names the seeds: each alone draws its continuation again', async () => {
    const uri = await client.open('seeds.txt', OPENING);
    const all = await written(uri, SAMPLING);
    expect(new Set(all.map(({ seed }) => seed)).size).toBe(3);
    for (const { seed, text } of all) expect((await written(uri, { ...SAMPLING, seed }))[0]).toEqual({ seed, text });
  });

  test('draws new seeds where none is given', async () => {
    const uri = await client.open('unseeded.txt', OPENING);
    const [first, second] = [await written(uri, { seed: null }), await written(uri, { seed: null })];
    expect(first[0]?.seed).not.toBe(second[0]?.seed);
  });

  test('shows every seed, even where all come to the same', async () => {
    const uri = await client.open('greedy-preview.txt', OPENING);
    const texts = (await written(uri, { ...SAMPLING, temperature: 0 })).map(({ text }) => text);
    expect(texts).toEqual(Array(3).fill(expect.stringMatching(KANA)));
    expect(new Set(texts).size).toBe(1);
  });

  test('offers nothing: what stood on the screen is still typed along, and costs no answer', async () => {
    const uri = await client.open('untouched.txt', OPENING);
    const [offered = ''] = await client.typed(uri, END);
    const { answer, statuses } = client;
    const before = statuses.length;
    const previewed = await written(uri, SAMPLING);
    expect(previewed.map(({ text }) => text)).not.toContain(offered);
    await client.change(uri, { range: { start: END, end: END }, text: offered.slice(0, 2) });
    expect(await client.typed(uri, { line: 0, character: OPENING.length + 2 })).toEqual([offered.slice(2)]);
    expect(statuses.length).toBe(before);
    expect(client.answer).toBe(answer);
  });

  test('is not typed along itself', async () => {
    const uri = await client.open('not-offered.txt', OPENING);
    const [{ text = '' } = {}] = await written(uri, SAMPLING);
    const generating = client.next('generating');
    await client.change(uri, { range: { start: END, end: END }, text: text.slice(0, 2) });
    await client.typed(uri, { line: 0, character: OPENING.length + 2 });
    await generating;
  });

  test('comes after ghost text that is asked for meanwhile, which is as it would have been', async () => {
    const uri = await client.open('ghost-first.txt', OPENING);
    const greedy = await client.invoke(uri, END);
    const order: string[] = [];
    const previewed = preview(uri, LONG).then((answer) => {
      order.push('preview');
      return answer;
    });
    const ghost = client.invoke(uri, END).then((texts) => {
      order.push('ghost text');
      return texts;
    });
    expect(await ghost).toEqual(greedy);
    expect(await previewed).toMatchObject({ kind: 'written' });
    expect(order).toEqual(['ghost text', 'preview']);
  });

  test('ends with the next one', async () => {
    const uri = await client.open('superseded.txt', OPENING);
    const [older, newer] = await Promise.all([preview(uri, LONG), preview(uri, SAMPLING)]);
    expect(older).toEqual({ kind: 'superseded' });
    expect(newer).toMatchObject({ kind: 'written' });
  });

  test('can be cancelled', async () => {
    const uri = await client.open('cancelled-preview.txt', OPENING);
    const cancellation = new CancellationTokenSource();
    const cancelled = preview(uri, LONG, cancellation.token);
    // Answered after the preview was received, and long before it is written.
    await client.connection.sendRequest(NEXT_PARTS_METHOD, { uri, position: END, unit: 'phrase' });
    cancellation.cancel();
    expect(await cancelled).toEqual({ kind: 'superseded' });
    expect(await client.invoke(uri, END)).toEqual([expect.stringMatching(KANA)]);
  });

  test.each([
    ['nowhere.txt', 'The old man was', { line: 0, character: 15 }],
    ['mid-sentence.txt', OPENING, { line: 0, character: 3 }],
  ])('has no place in %s', async (name, text, position) => {
    const uri = await client.open(name, text);
    const request = { uri, position, sampling: SAMPLING };
    expect(await client.connection.sendRequest(PREVIEW_METHOD, request)).toEqual({ kind: 'no-place' });
  });
});

test('without a model a preview says so', async () => {
  const client = await LanguageClient.start({ modelFolder: '/nowhere' });
  await client.reaches('error');
  const uri = await client.open('no-model.txt', OPENING);
  const request = { uri, position: END, sampling: SAMPLING };
  expect(await client.connection.sendRequest(PREVIEW_METHOD, request)).toEqual({ kind: 'no-model' });
  await client.stop();
});

test('of a model that cannot be loaded says so, and does not try again at every rest of the cursor', async () => {
  const client = await LanguageClient.start({ modelFolder: '/nowhere/at/all' });
  await client.reaches('error');
  const uri = await client.open('no-model.txt', OPENING);
  const params = { uri, position: END, sampling: SAMPLING };
  expect(await client.connection.sendRequest(PREVIEW_METHOD, params)).toEqual({ kind: 'no-model' });
  expect(client.statuses.filter(({ state }) => state === 'loading')).toHaveLength(1);
  await client.stop();
});
