import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NEXT_PARTS_METHOD, type NextPart, type PartUnit } from '../../src/protocol/next-parts';
import { LanguageClient } from './language-client';

const OPENING = '彼は老いていた。漁師は';
const END = { line: 0, character: OPENING.length };

describe('the next parts of what is offered', () => {
  let client: LanguageClient;
  let uri: string;
  let offered: string[];
  beforeAll(async () => {
    const sampling = { temperature: 1, seed: 1, maxNewTokens: 30, alternatives: 3 };
    client = await LanguageClient.start({ settings: () => ({ stopAt: 'none', sampling }) });
    uri = await client.open('parts.txt', OPENING);
    offered = await client.invoke(uri, END);
  });
  afterAll(() => client.stop());

  const nextParts = (params: unknown): Promise<NextPart[]> => client.connection.sendRequest(NEXT_PARTS_METHOD, params);
  const whole = ({ part, rest }: NextPart) => part + rest;

  test.each(['phrase', 'sentence'] as const)('cut each suggestion after its first %s', async (unit: PartUnit) => {
    const parts = await nextParts({ uri, position: END, unit });
    expect(offered.length).toBeGreaterThan(1);
    expect(parts.map(whole)).toEqual(offered);
    expect(parts.every(({ part }) => part !== '')).toBe(true);
  });

  test('go on from what was typed of it', async () => {
    const [first = ''] = await nextParts({ uri, position: END, unit: 'phrase' }).then((parts) =>
      parts.map(({ part }) => part),
    );
    await client.change(uri, { range: { start: END, end: END }, text: first });
    const position = { line: 0, character: OPENING.length + first.length };
    const left = offered.filter((text) => text.startsWith(first) && text !== first);
    const parts = await nextParts({ uri, position, unit: 'phrase' });
    expect(parts.map(whole)).toEqual(left.map((text) => text.slice(first.length)));
  });

  test.each([
    ['another place', { position: { line: 0, character: 2 }, unit: 'phrase' }],
    ['no such unit', { position: END, unit: 'chapter' }],
    ['nothing at all', {}],
  ])('are none for %s', async (_, params) => {
    expect(await nextParts({ uri, ...params })).toEqual([]);
  });
});
