import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readManuscripts } from '../../../src/trainer/manuscripts';
import { readTexts } from '../../../src/trainer/texts';
import { AOZORA_WORKS } from '../text/aozora-works';
import { encode } from '../text/encoding/encode';

const MODEL = join(import.meta.dirname, '../../../models/tsuzuki-base-ja');
const WRITTEN = '　｜灯台守《とうだいもり》は眠った。\n　海は、まだ暗かった。\n';
const PROSE = '　灯台守は眠った。\n　海は、まだ暗かった。\n';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tsuzuki-texts-'));
});
afterAll(() => rm(folder, { recursive: true }));

test.each(['utf8', 'utf8bom', 'shiftjis', 'eucjp', 'iso2022jp', 'utf16le', 'utf16be'] as const)(
  'what a writer has in %s is read without its marks',
  async (encoding) => {
    const file = join(folder, `${encoding}.txt`);
    await writeFile(file, encode(WRITTEN.replaceAll('\n', '\r\n'), encoding) ?? '');
    expect(await readTexts([file], 'written')).toEqual([{ file, text: PROSE }]);
  },
);

test('what a run keeps is read as it is', async () => {
  const file = join(folder, '00001.txt');
  await writeFile(file, WRITTEN);
  expect(await readTexts([file])).toEqual([{ file, text: WRITTEN }]);
});

test('a folder: in the order of the names, what has the ending of a text', async () => {
  const drafts = join(folder, 'drafts');
  await mkdir(join(drafts, '二部'), { recursive: true });
  await writeFile(join(drafts, '一.txt'), encode('一章。\n', 'shiftjis') ?? '');
  await writeFile(join(drafts, '二部/三.md'), '# 三章\n\n海。\n');
  await writeFile(join(drafts, 'photo.png'), Uint8Array.of(0x89, 0x50, 0));
  expect((await readTexts([drafts], 'written')).map(({ file }) => file)).toEqual([
    join(drafts, '一.txt'),
    join(drafts, '二部/三.md'),
  ]);
});

test.each([
  ['no text', Uint8Array.of(0x92, 0xa9, 0), 'byte 2'],
  ['text with a sequence that is of no encoding', Uint8Array.of(0xe6, 0xb5, 0xb7, 0x0a, 0xff, 0xff), /line \d/],
])('%s is an error that says where', async (_, bytes, detail) => {
  const file = join(folder, 'broken.txt');
  await writeFile(file, bytes);
  await expect(readTexts([file], 'written')).rejects.toMatchObject({
    code: 'text-unreadable',
    place: file,
    detail: expect.stringMatching(detail),
  });
});

describe.skipIf(AOZORA_WORKS.length === 0)('works in Shift_JIS (needs TSUZUKI_FIXTURES)', () => {
  test.each(AOZORA_WORKS)('%s is what the editor would learn from', async (_, path) => {
    const [read] = await readTexts([path], 'written');
    const [report] = await readManuscripts(
      { files: [{ path }], model: MODEL },
      { onRead: () => undefined, signal: new AbortController().signal },
    );
    expect(report?.text?.encoding).toBe('shiftjis');
    expect(
      createHash('sha256')
        .update(read?.text ?? '')
        .digest('hex'),
    ).toBe(report?.sha256);
    expect(read?.text).not.toMatch(/《|》|［＃/u);
  });
});
