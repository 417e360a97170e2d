import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
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
    expect(await readTexts([file], { form: 'written' })).toEqual([{ file, text: PROSE }]);
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
  expect((await readTexts([drafts], { form: 'written' })).map(({ file }) => file)).toEqual([
    join(drafts, '一.txt'),
    join(drafts, '二部/三.md'),
  ]);
});

describe('what is held out', () => {
  let drafts: string;
  let last: string;
  beforeAll(async () => {
    drafts = join(folder, 'novel');
    last = join(drafts, '終章.txt');
    await mkdir(drafts);
    await writeFile(join(drafts, '一章.txt'), '一章。\n');
    await writeFile(last, '終章。\n');
  });

  test.each([
    ['named as it is', () => last],
    [
      'named by a link',
      async () => {
        const link = join(folder, 'link.txt');
        await symlink(last, link);
        return link;
      },
    ],
    ['named by way of another folder', () => `${drafts}/../novel/終章.txt`],
  ])('is no part of the folder that it lies in: %s', async (_, place) => {
    const except = await readTexts([await place()]);
    expect((await readTexts([drafts], { except })).map(({ text }) => text)).toEqual(['一章。\n']);
  });

  test('leaves something', async () => {
    const except = await readTexts([drafts]);
    await expect(readTexts([last], { except })).rejects.toMatchObject({ code: 'text-held-out', place: last });
  });
});

test('a text that the system does not open is an error that names it', async () => {
  const links = join(folder, 'links');
  const place = join(links, 'moved.txt');
  await mkdir(links);
  await symlink(join(folder, 'away'), place);
  await expect(readTexts([links])).rejects.toMatchObject({ code: 'text-inaccessible', place, detail: 'ENOENT' });
});

test.each([
  ['no text', Uint8Array.of(0x92, 0xa9, 0), 'byte 2'],
  ['text with a sequence that is of no encoding', Uint8Array.of(0xe6, 0xb5, 0xb7, 0x0a, 0xff, 0xff), /line \d/],
])('%s is an error that says where', async (_, bytes, detail) => {
  const file = join(folder, 'broken.txt');
  await writeFile(file, bytes);
  await expect(readTexts([file], { form: 'written' })).rejects.toMatchObject({
    code: 'text-unreadable',
    place: file,
    detail: expect.stringMatching(detail),
  });
});

describe.skipIf(AOZORA_WORKS.length === 0)('works in Shift_JIS (needs TSUZUKI_FIXTURES)', () => {
  test.each(AOZORA_WORKS)('%s is what the editor would learn from', async (_, path) => {
    const [read] = await readTexts([path], { form: 'written' });
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
