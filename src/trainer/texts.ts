import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { readText } from '../text/manuscript/read-manuscript';
import { TrainingError } from './training-error';

/** What is taken of a folder; a file that is named itself is taken whatever its ending. */
const ENDINGS = ['.txt', '.text', '.md', '.tex', '.novel'];

/** One training text. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
}

/**
 * How texts lie in their files: as a writer has them, in any encoding and with the marks of 青空文庫 and others, which are
 * taken out; or as a run keeps them, UTF-8 without marks.
 */
export type TextForm = 'written' | 'plain';

/**
 * Reads text files, and those below folders in the order of their names. Folders that begin with a dot, and
 * node_modules, are passed over.
 *
 * @throws {TrainingError} text-missing, text-unreadable
 */
export async function readTexts(paths: readonly string[], form: TextForm = 'plain'): Promise<readonly SourceText[]> {
  const files = (await Promise.all(paths.map(filesOf))).flat();
  if (files.length === 0) throw new TrainingError('text-missing', paths.join(', '));
  const texts: SourceText[] = [];
  for (const file of files) texts.push({ file, text: textOf(await readFile(file), file, form) });
  return texts;
}

async function filesOf(path: string): Promise<string[]> {
  const info = await stat(path).catch(() => undefined);
  if (info === undefined) throw new TrainingError('text-missing', path);
  if (!info.isDirectory()) return [path];
  const found: string[] = [];
  for (const entry of (await readdir(path, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    if (entry.isDirectory()) found.push(...(await filesOf(join(path, entry.name))));
    else if (ENDINGS.includes(extname(entry.name).toLowerCase())) found.push(join(path, entry.name));
  }
  return found;
}

function textOf(bytes: Uint8Array, file: string, form: TextForm): string {
  if (form === 'plain') return decodePlain(bytes, file);
  const read = readText({ path: file, bytes });
  if (read.kind === 'prose') return read.text;
  const { reason } = read;
  switch (reason.kind) {
    case 'invalid-bytes':
      throw new TrainingError('text-unreadable', file, `${reason.encoding}, line ${reason.line}`);
    case 'binary':
      throw new TrainingError('text-unreadable', file, `byte ${reason.offset}`);
    default:
      return '';
  }
}

function decodePlain(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new TrainingError('text-unreadable', file);
  }
}

/** Changes when any text does, or their order. */
export function textsFingerprint(texts: readonly SourceText[]): string {
  const hash = createHash('sha256');
  for (const { text } of texts) hash.update(`${text.length}\n`).update(text);
  return hash.digest('hex');
}
