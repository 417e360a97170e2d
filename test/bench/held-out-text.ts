import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * The texts of a file: JSON Lines with a field `text`, or one plain text. Files named `.xz` are unpacked by the system's
 * `xz`.
 */
export async function heldOutTexts(file: string): Promise<readonly string[]> {
  if (!/\.jsonl(\.xz)?$/.test(file)) return [await contentOf(file)];
  return (await linesOf(file)).map((line) => {
    const { text }: { text?: unknown } = JSON.parse(line);
    if (typeof text !== 'string') throw new TypeError(`${file}: a line without text`);
    return text;
  });
}

/** The lines of a file, unpacked, less the empty ones. */
export async function linesOf(file: string): Promise<readonly string[]> {
  return (await contentOf(file)).split('\n').filter((line) => line !== '');
}

function contentOf(file: string): Promise<string> {
  return file.endsWith('.xz') ? unpacked(file) : readFile(file, 'utf8');
}

async function unpacked(file: string): Promise<string> {
  const { stdout } = await promisify(execFile)('xz', ['--decompress', '--stdout', file], { maxBuffer: 2 ** 30 });
  return stdout;
}
