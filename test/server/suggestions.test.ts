import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LENGTH_METHOD } from '../../src/protocol/length';
import { phraseBoundaries } from '../../src/text/phrases/phrase-boundaries';
import { LanguageClient } from './language-client';

const GREEDY = { temperature: 0, maxNewTokens: 50, alternatives: 1 } as const;

let client: LanguageClient;
const settings = new Map<string, unknown>();
beforeAll(async () => {
  client = await LanguageClient.start({
    settings: ({ scopeUri = '' }) => settings.get(scopeUri) ?? { sampling: GREEDY },
  });
  await client.reaches('ready');
});
afterAll(() => client.stop());

let documents = 0;
/** Opens a text with the cursor at ║. */
async function at(marked: string, given?: unknown) {
  const [before = ''] = marked.split('║');
  const lines = before.split('\n');
  const uri = await client.open(`suggestions-${documents++}.txt`, marked.replace('║', ''));
  if (given !== undefined) settings.set(uri, given);
  return { uri, before, position: { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 } };
}

const PROSE = '　朝の港はまだ暗かった。漁師は舟に乗って、';

describe('how long a suggestion is', () => {
  test.each([
    ['phrase', /^[^、。！？]+[、。！？]$/u],
    ['sentence', /^[^。！？]+[。！？]$/u],
  ])('a %s', async (stopAt, shape) => {
    const { uri, position } = await at(`${PROSE}║`, { stopAt, sampling: GREEDY });
    expect(await client.typed(uri, position)).toEqual([expect.stringMatching(shape)]);
  });

  test('what the limit cuts ends with a whole 文節', async () => {
    const sampling = { ...GREEDY, maxNewTokens: 9 };
    const { uri, position, before } = await at(`${PROSE}║`, { stopAt: 'none', sampling });
    const whole = await at(`${PROSE}║`, { stopAt: 'none', sampling: { ...GREEDY, maxNewTokens: 30 } });
    const [cut = ''] = await client.typed(uri, position);
    const [longer = ''] = await client.invoke(whole.uri, whole.position);
    expect(longer.startsWith(cut)).toBe(true);
    expect(phraseBoundaries(before + longer)).toContain((before + cut).length);
  });

  test('is said with one request, and holds for no other', async () => {
    const { uri, position } = await at(`${PROSE}║`, { stopAt: 'none', sampling: { ...GREEDY, seed: 1 } });
    const [usual = ''] = await client.invoke(uri, position);
    await client.connection.sendNotification(LENGTH_METHOD, { uri, length: 'phrase' });
    const [phrase = ''] = await client.invoke(uri, position);
    expect(phrase).toMatch(/^[^、。！？]+[、。！？]$/u);
    expect(usual.startsWith(phrase)).toBe(true);
    expect(await client.invoke(uri, position)).toEqual([usual]);
    await client.connection.sendNotification(LENGTH_METHOD, { uri: 'file:///another.txt', length: 'phrase' });
    expect(await client.invoke(uri, position)).toEqual([usual]);
  });
});

describe('at the end of a paragraph the next one begins', () => {
  const text = '　朝の港はまだ暗かった。\n　漁師は舟を出した。';
  test.each([
    ['behind its last sentence, with a line feed', `${text}║`, /^(?:\n　)?[^\s]/u],
    ['on a new line', `${text}\n║`, /^　[^\s]/u],
    ['behind its indentation', `${text}\n　║`, /^[^\s]/u],
  ])('%s', async (_, marked, shape) => {
    const { uri, position } = await at(marked);
    expect(await client.typed(uri, position)).toEqual([expect.stringMatching(shape)]);
  });

  test('also where lines end in CR LF, and typing along goes on with it', async () => {
    const lines = '「どこへ行く」\r\n「海だ」\r\n「ひとりで行くのか」';
    const { uri, position } = await at(`${lines}║`);
    const [suggestion = ''] = await client.typed(uri, position);
    expect(suggestion).toMatch(/^\n/u);
    await client.change(uri, { range: { start: position, end: position }, text: '\r\n' });
    const rest = await client.typed(uri, { line: position.line + 1, character: 0 });
    expect(rest).toEqual([suggestion.slice(1)]);
  });
});

describe('a line of speech', () => {
  test.each(['　朝だった。\n「おまえは、今日も║', '　朝だった。\n「みんなが『あの海は║'])(
    '%j is finished and closed once',
    async (marked) => {
      const { uri, position, before } = await at(marked);
      const [suggestion = ''] = await client.typed(uri, position);
      const count = (mark: string) => `${before}${suggestion}`.split(mark).length - 1;
      expect(count('」')).toBeLessThanOrEqual(1);
      expect(suggestion).toMatch(/^[^」]+」?$/u);
    },
  );

  test('that the editor has closed is not closed again', async () => {
    const { uri, position } = await at('　朝だった。\n「おまえは、今日も║」');
    const [suggestion = ''] = await client.typed(uri, position);
    expect(suggestion).not.toMatch(/[」』]$/u);
    expect(suggestion).not.toBe('');
  });
});

describe('in the middle of a line', () => {
  test('nothing comes by itself, and what is asked for joins what follows', async () => {
    const marked = '　漁師は舟を出した。その朝、║海はとても静かだった。';
    const { uri, position } = await at(marked, { sampling: { temperature: 0.8, alternatives: 3, seed: 3 } });
    expect(await client.typed(uri, position)).toEqual([]);
    const joined = await client.invoke(uri, position);
    expect(joined.length).toBeGreaterThan(0);
    expect(new Set(joined).size).toBe(joined.length);
    for (const suggestion of joined) {
      expect(suggestion).not.toContain('\n');
      expect(suggestion).not.toContain('海は');
    }
    expect(await client.invoke(uri, position)).toEqual(joined);
  });
});

describe('in a mark', () => {
  test.each(['老いた漁師《║', '老いた漁師《りょう║', '老いた男は［＃「男║', '老いた｜漁師║'])(
    '%s nothing comes by itself',
    async (marked) => {
      const { uri, position } = await at(marked);
      expect(await client.typed(uri, position)).toEqual([]);
    },
  );

  test('behind one the text is continued as if it were not there', async () => {
    const plain = await at('　老いた漁師は║');
    const ruby = await at('　老いた｜漁師《りょうし》［＃「漁師」に傍点］は║');
    const [expected] = await client.typed(plain.uri, plain.position);
    expect(await client.typed(ruby.uri, ruby.position)).toEqual([expected]);
  });
});

describe('alternatives', () => {
  test.each([0, 0.2])('are five different ones, at temperature %d', async (temperature) => {
    const sampling = { temperature, alternatives: 5, seed: 1, maxNewTokens: 20 };
    const { uri, position } = await at(`${PROSE}║`, { sampling });
    const offered = await client.invoke(uri, position);
    const words = offered.map((text) => text.replace(/[\s\p{P}]/gu, ''));
    expect(new Set(words).size).toBe(5);
    expect(await client.typed(uri, position)).toEqual(offered);
  });

  test('to what came by itself have that first, so that turning over to the next shows another', async () => {
    const sampling = { temperature: 1, alternatives: 3, maxNewTokens: 20 };
    const { uri, position } = await at(`${PROSE}║`, { sampling });
    const [shown = ''] = await client.typed(uri, position);
    const [first, ...others] = await client.invoke(uri, position);
    expect(first).toBe(shown);
    expect(others).toHaveLength(2);
    expect(others).not.toContain(shown);
  });
});
