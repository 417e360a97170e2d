import { expect, test } from 'vitest';
import { type Received, Reception } from '../../../src/server/reception';

/**
 * The text before the cursor, request by request, a second apart. Behind `▷` it says that a suggestion was then drawn,
 * behind `◁` that the text is along the suggestion before. Gives what is known of the last request.
 */
function last(...texts: readonly string[]): Received {
  const reception = new Reception();
  let received: Received = { declined: false, waitMs: 0 };
  for (const [second, marked] of texts.entries()) {
    const place = { before: marked.replace(/[▷◁]/gu, ''), restOfLine: '' };
    received = reception.requested('file:///a.txt', place, 1000 * second, marked.includes('◁'));
    reception.answered('file:///a.txt', place, 1000 * second, marked.includes('▷'));
  }
  return received;
}

const AT_ONCE = { declined: false, waitMs: 0 };
const DECLINED = { declined: true, waitMs: 0 };
const COMPOSING = { declined: false, waitMs: 120 };

test.each([
  ['typed', ['漁師', '漁師は▷'], AT_ONCE],
  ['the trigger of a suggestion taken back', ['漁師', '漁師は▷', '漁師'], DECLINED],
  ['and more before it', ['漁師', '漁師は▷', '漁師', '漁'], DECLINED],
  ['then written on', ['漁師', '漁師は▷', '漁師', '漁師が'], AT_ONCE],
  ['then deleted further, and written again', ['漁師', '漁師は▷', '漁師', '漁師'], AT_ONCE],
  ['a part of it taken, and that undone', ['漁師は▷', '漁師は海へ◁▷', '漁師は'], AT_ONCE],
  ['taken back where nothing was drawn', ['漁師', '漁師は', '漁師'], AT_ONCE],
  ['romaji behind Japanese', ['漁師は', '漁師はｈ'], COMPOSING],
  ['the same in half width', ['漁師は', '漁師はf'], COMPOSING],
  ['kana for romaji', ['漁師は', '漁師はｈ', '漁師はふ'], COMPOSING],
  ['kanji for kana', ['漁師は', '漁師はふね', '漁師は船'], COMPOSING],
  ['a composition cancelled: what was offered in it was never drawn', ['漁師は▷', '漁師はｈ▷', '漁師は'], AT_ONCE],
  ['written on after a conversion', ['漁師は', '漁師はふね', '漁師は船', '漁師は船に'], AT_ONCE],
])('%s', (_, texts, expected) => expect(last(...texts)).toEqual(expected));

test('what was declined in one document is offered in another', () => {
  const reception = new Reception();
  const at = (before: string) => ({ before, restOfLine: '' });
  reception.answered('file:///a.txt', at('漁師は'), 0, true);
  expect(reception.requested('file:///a.txt', at('漁師'), 1000, false)).toEqual(DECLINED);
  expect(reception.requested('file:///b.txt', at('漁師'), 2000, false)).toEqual(AT_ONCE);
});

const PASSED_OVER = ['あ▷', 'ああ▷', 'あああ▷', 'ああああ▷', 'あああああ▷', 'ああああああ'];

test('passed over five times, a suggestion waits longer', () => {
  expect(last(...PASSED_OVER)).toEqual({ declined: false, waitMs: 250 });
});

test('one that was taken ends that', () => {
  const taken = `${PASSED_OVER.at(-1)}い▷`;
  expect(last(...PASSED_OVER, taken, `${taken}海へ◁▷`, `${taken}海へ◁`)).toEqual(AT_ONCE);
});
