import { mkdtemp, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openCheckpoint } from '../../src/engine/checkpoint/checkpoint';
import { DecoderSession } from '../../src/engine/inference/decoder-session';
import { maxAbsDifference, readGolden, rowsOf } from './golden-tensors';

const FOLDER = join(import.meta.dirname, 'gpt2-tiny');
const [TOKENS = []] = rowsOf(readGolden(join(FOLDER, 'golden.safetensors')).get('input_ids'));
const ALWAYS = 0;
const NEVER = Number.POSITIVE_INFINITY;

let cacheFolder: string;
beforeEach(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), 'tsuzuki-arranged-'));
});
afterEach(() => rm(cacheFolder, { recursive: true }));

async function logits(packFrom: number, precision: 'int8' | 'int4' = 'int8', stageBytes = 0): Promise<number[]> {
  const options = { logitsOf: 'all', cacheFolder, precision, packFrom, stageBytes } as const;
  const session = await DecoderSession.create(await openCheckpoint(FOLDER), options);
  const cache = session.newCache();
  const prompt = await session.forward(TOKENS.slice(0, 9), cache);
  const next = await session.forward(TOKENS.slice(9, 10), cache);
  await session.release();
  return [...prompt, ...next];
}

async function arranged(): Promise<string[]> {
  return (await readdir(cacheFolder)).filter((name) => name.includes('.packed')).map((name) => join(cacheFolder, name));
}

// Mapped files are read-only on Windows, where nothing is kept.
describe.skipIf(process.platform === 'win32')('weights that the runtime has arranged and kept', () => {
  test.each(['int8', 'int4'] as const)(
    '%s: give the very same logits, when they are made and when they are found',
    async (precision) => {
      const expected = await logits(NEVER, precision);
      expect(await arranged()).toEqual([]);
      expect(await logits(ALWAYS, precision)).toEqual(expected);
      const [folder = ''] = await arranged();
      const made = (await stat(folder)).ctimeMs;
      expect(await logits(ALWAYS, precision)).toEqual(expected);
      expect((await stat(folder)).ctimeMs).toBe(made);
    },
  );

  test('those for long prompts are made with the others, before any prompt comes', async () => {
    await logits(ALWAYS, 'int4');
    const uses = (await arranged()).map((folder) => /-(decode|prefill)-/.exec(folder)?.[1]);
    expect(uses.sort()).toEqual(['decode', 'prefill']);
  });

  test.each(['int8', 'int4'] as const)(
    '%s: an import tells how far it is, to its end, and a later start nothing',
    async (precision) => {
      const shares: number[] = [];
      const onImport = (share: number) => shares.push(share);
      const checkpoint = await openCheckpoint(FOLDER);
      const options = { logitsOf: 'all', cacheFolder, precision, packFrom: ALWAYS, onImport } as const;
      await (await DecoderSession.create(checkpoint, options)).release();
      expect(shares[0]).toBe(0);
      expect(shares.at(-1)).toBe(1);
      expect(shares).toEqual(shares.toSorted((a, b) => a - b));
      expect(shares.filter((share) => share === 1)).toHaveLength(1);
      shares.length = 0;
      await (await DecoderSession.create(checkpoint, options)).release();
      expect(shares).toEqual([]);
    },
  );

  test('serve graphs that are cut otherwise', async () => {
    const expected = await logits(ALWAYS);
    // The runtime fuses otherwise across a cut: the last bits differ.
    expect(maxAbsDifference(await logits(ALWAYS, 'int8', Number.POSITIVE_INFINITY), expected)).toBeLessThan(1e-5);
  });

  test.each(['int8', 'int4'] as const)('%s: need the file that they were made from no more', async (precision) => {
    const quantized = async () => (await readdir(cacheFolder)).filter((name) => name.endsWith('.quantized'));
    const expected = await logits(NEVER, precision);
    expect(await quantized()).toHaveLength(1);
    expect(await logits(ALWAYS, precision)).toEqual(expected);
    expect(await quantized()).toEqual([]);
    expect(await logits(ALWAYS, precision)).toEqual(expected);
    expect(await quantized()).toEqual([]);
  });

  test.each([
    ['a file of them is cut short', (folder: string) => truncate(join(folder, '0.bin'), 100)],
    ['a file of them is missing', (folder: string) => rm(join(folder, '0.bin'))],
    ['their index is broken', (folder: string) => writeFile(join(folder, 'index.json'), '{"a":')],
  ])('are made again when %s', async (_, damage) => {
    const expected = await logits(ALWAYS);
    const [folder = ''] = await arranged();
    await damage(folder);
    expect(await logits(ALWAYS)).toEqual(expected);
    expect((await stat(join(folder, '0.bin'))).size).toBeGreaterThan(100);
    expect(await arranged()).toEqual([folder]);
  });

  test('are done without when they cannot be kept', async () => {
    const expected = await logits(ALWAYS);
    const [folder = ''] = await arranged();
    await rm(folder, { recursive: true });
    await writeFile(folder, ''); // a file stands where the folder would be
    await writeFile(`${folder}.lock`, '');
    expect(await logits(ALWAYS)).toEqual(expected);
  });
});
