import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeText } from '../../../../src/text/encoding/decode-text';
import { isAozora, stripAozora } from '../../../../src/text/markup/aozora/strip-aozora';
import { AOZORA_WORKS } from '../aozora-works';

describe('ruby', () => {
  test.each([
    ['灯台《とうだい》の光', '灯台の光'],
    ['古い｜灯台守《とうだいもり》の', '古い灯台守の'],
    ['｜ネコの集会《サバト》へ', 'ネコの集会へ'],
    [
      '三ヶ月《さんかげつ》、時々《ときどき》、〆切《しめきり》、二〇《にじゅう》、仝上《どうじょう》',
      '三ヶ月、時々、〆切、二〇、仝上',
    ],
    ['𩸽《ほっけ》を焼く', '𩸽を焼く'],
    // Elsewhere the brackets are the author's.
    ['《灯台》へ。「《海》だ」', '《灯台》へ。「《海》だ」'],
    ['ラジオ《本日》休業', 'ラジオ《本日》休業'],
    ['空《》の括弧', '空《》の括弧'],
    ['線｜だけ', '線｜だけ'],
    // A line without an end of its bracket.
    ['灯台《とうだい\nの光》', '灯台《とうだい\nの光》'],
  ])('%s → %s', (text, stripped) => expect(stripAozora(text)).toBe(stripped));
});

describe('notes', () => {
  test.each([
    ['帰れ［＃「帰れ」に傍点］と言った。', '帰れと言った。'],
    ['［＃３字下げ］一［＃「一」は中見出し］', '一'],
    // One note quotes another, or brackets.
    ['丘［＃「※［＃「木＋戈」、U+233FE］」はママ］で', '丘で'],
    ['声［＃「［声］」に傍点］', '声'],
    ['山［＃二］川［＃レ］谷［＃（ノ）］', '山川谷'],
    ['「［笑］」', '「［笑］」'],
    ['終わらない［＃注記', '終わらない［＃注記'],
    // Lines of nothing but notes go, blank lines stay.
    ['一\n［＃ここから２字下げ］\n\n二\n　［＃ここで字下げ終わり］\n［＃改ページ］\n三', '一\n\n二\n三'],
  ])('%j → %j', (text, stripped) => expect(stripAozora(text)).toBe(stripped));
});

describe('外字', () => {
  test.each([
    ['※［＃「木＋戈」、U+233FE、148-3］', '𣏾'],
    ['※［＃「てへん＋劣」、第3水準1-84-77］', '挘'],
    ['※［＃「にんべん＋參」、第4水準2-1-79］', '傪'],
    ['※［＃「口＋「皐」の「白」にかえて「自」、第4水準2-4-33］', '嘷'],
    ['※［＃二の字点、1-2-22］', '〻'],
    ['※［＃ローマ数字1、1-13-21］', 'Ⅰ'],
    ['※［＃半濁点付き片仮名ト、1-5-94］', 'ト゚'],
    // It is part of what its ruby is on.
    ['※［＃「火＋稲のつくり」、第4水準2-79-87］《ほ》が', '㷔が'],
    // Brackets that are asked for by name are no ruby.
    ['灯台※［＃始め二重山括弧、1-1-52］光※［＃終わり二重山括弧、1-1-53］', '灯台《光》'],
    // Without a code there is no character; the reading says what is missing.
    ['「※［＃「口＋海」、12-3］く」', '「く」'],
    ['夜に※［＃「口＋海」、12-3］《ささや》く', '夜にささやく'],
    ['夜に耳※［＃「口＋海」、12-3］《みみうち》する', '夜に耳する'],
    ['※［＃「口＋海」、第3水準1-99-99］', ''],
    // No note, no 外字.
    ['※個人の感想です', '※個人の感想です'],
  ])('%s → %s', (text, stripped) => expect(stripAozora(text)).toBe(stripped));
});

describe('repetition marks and accents', () => {
  test.each([
    ['いよ／＼、しば／″＼', 'いよ〳〵、しば〴〵'],
    ["〔cafe'〕で", 'caféで'],
    ["〔De'ja` vu, Ko:ln, fac,ade, AE&gir, stras&e〕", 'Déjà vu, Köln, façade, Ægir, straße'],
    ['〔注〕と〔I am〕', '〔注〕と〔I am〕'],
  ])('%s → %s', (text, stripped) => expect(stripAozora(text)).toBe(stripped));
});

describe('around the work', () => {
  const title = '灯台\n山田花子\n';
  const symbols = [
    '-------------------------------------------------------',
    '【テキスト中に現れる記号について】',
    '',
    '《》：ルビ',
    '（例）灯台《とうだい》',
    '［＃］：入力者注',
    '-------------------------------------------------------',
  ].join('\n');
  const footer = '\n\n\n底本：「灯台全集」架空書房\n　　　1950（昭和25）年\n入力：誰か\n※注意\n';
  const body = '　海は静かだった。\n\n「誰だ」\n';

  test.each([
    ['all of it', `${title}\n${symbols}\n\n${body}${footer}`],
    ['no symbols', `${title}\n${body}${footer}`],
    ['the end of the text noted', `${title}\n${body}\n［＃本文終わり］\n底本：「灯台全集」\n`],
    ['no footer', `${title}\n${symbols}\n${body}`],
    ['no header', `${body}${footer}`],
    ['neither', body],
  ])('%s', (_, text) => expect(stripAozora(text)).toBe(body));

  test('the first lines of a work without a title stay', () =>
    expect(stripAozora(`　海は静かだった。\n　波が来た。\n\n二\n${footer}`)).toBe(
      '　海は静かだった。\n　波が来た。\n\n二\n',
    ));

  test('底本 in a sentence stays', () =>
    expect(stripAozora('　それは\n底本：と言えた。\n')).toBe('　それは\n底本：と言えた。\n'));
});

describe('is in the notation of 青空文庫', () => {
  test.each([
    ['灯［＃「灯」に傍点］', true],
    ['灯台\n\n\n底本：「灯台全集」\n', true],
    ['灯台《とうだい》', false],
    ['［笑］＃', false],
  ])('%j: %s', (text, expected) => expect(isAozora(text)).toBe(expected));
});

describe('stripping', () => {
  const parts = [
    '海',
    '々',
    'あ',
    'ア',
    'a',
    '。',
    '\n',
    '\n\n',
    '　',
    '《',
    '》',
    '｜',
    '［',
    '＃',
    '］',
    '「',
    '」',
    '／',
  ];
  const marks = [
    '《うみ》',
    '｜灯台《とうだい》',
    '［＃改ページ］',
    '※［＃「木＋戈」、U+233FE］',
    '［＃「あ」に傍点］',
    '／＼',
    '底本：「灯」',
  ];
  const text = fc.array(fc.constantFrom(...parts, ...marks), { maxLength: 30 }).map((array) => array.join(''));

  test('twice is the same as once', () =>
    fc.assert(
      fc.property(text, (marked) => {
        const once = stripAozora(marked);
        expect(stripAozora(once)).toBe(once);
      }),
      { numRuns: 2000 },
    ));

  test('leaves text without marks as it is', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (plain) => {
        const unmarked = plain.replace(/[《》｜［］〔〕／＼\uFDD0-\uFDEF\n]/gu, '');
        expect(stripAozora(unmarked)).toBe(unmarked);
      }),
    ));
});

describe.skipIf(AOZORA_WORKS.length === 0)('works as 青空文庫 serves them (needs TSUZUKI_FIXTURES)', () => {
  test.each(AOZORA_WORKS.length === 0 ? [['', '']] : AOZORA_WORKS)('%s', (_, path) => {
    const decoded = decodeText(readFileSync(path));
    if (decoded.kind !== 'text') throw new Error(decoded.kind);
    const marked = decoded.text.replaceAll('\r\n', '\n');
    const prose = stripAozora(marked);
    expect(decoded.encoding).toBe('shiftjis');
    expect(prose.match(/［＃|[｜《》〓]|^底本|^-{10}|【テキスト中/gmu)).toBeNull();
    expect(prose.length / marked.length).toBeGreaterThan(0.7);
    expect(stripAozora(prose) === prose).toBe(true);
  });
});
