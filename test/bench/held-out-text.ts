import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * The texts of a file: JSON Lines with a field `text`, or one plain text. Files named `.xz` are unpacked by the system's
 * `xz`.
 */
export async function heldOutTexts(file: string): Promise<readonly string[]> {
  const content = file.endsWith('.xz') ? await unpacked(file) : await readFile(file, 'utf8');
  if (!/\.jsonl(\.xz)?$/.test(file)) return [content];
  return content
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { text }: { text?: unknown } = JSON.parse(line);
      if (typeof text !== 'string') throw new TypeError(`${file}: a line without text`);
      return text;
    });
}

async function unpacked(file: string): Promise<string> {
  const { stdout } = await promisify(execFile)('xz', ['--decompress', '--stdout', file], { maxBuffer: 2 ** 30 });
  return stdout;
}
