import { createHash } from 'node:crypto';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
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

export interface ReadingOptions {
  /** By default `plain`. */
  readonly form?: TextForm | undefined;
  /** Texts whose files are left out, however they are named. */
  readonly except?: readonly SourceText[];
}

/**
 * Reads text files, and those below folders in the order of their names. Folders that begin with a dot, and
 * node_modules, are passed over.
 *
 * @throws {TrainingError} text-missing, text-held-out, text-inaccessible, text-unreadable
 */
export async function readTexts(
  paths: readonly string[],
  { form = 'plain', except = [] }: ReadingOptions = {},
): Promise<readonly SourceText[]> {
  const files = (await Promise.all(paths.map(filesOf))).flat();
  if (files.length === 0) throw new TrainingError('text-missing', paths.join(', '));
  const left = new Set(await Promise.all(except.map(({ file }) => realpath(file))));
  const texts: SourceText[] = [];
  for (const file of files) {
    const bytes = await opened(file, async () => (left.has(await realpath(file)) ? undefined : readFile(file)));
    if (bytes !== undefined) texts.push({ file, text: textOf(bytes, file, form) });
  }
  if (texts.length === 0) throw new TrainingError('text-held-out', paths.join(', '));
  return texts;
}

/** What the system refuses is said of the file or folder that it is refused for. */
async function opened<T>(place: string, open: () => Promise<T>): Promise<T> {
  return open().catch((error: NodeJS.ErrnoException) => {
    throw new TrainingError('text-inaccessible', place, error.code ?? error.message);
  });
}

async function filesOf(path: string): Promise<string[]> {
  const info = await stat(path).catch(() => undefined);
  if (info === undefined) throw new TrainingError('text-missing', path);
  if (!info.isDirectory()) return [path];
  const found: string[] = [];
  const entries = await opened(path, () => readdir(path, { withFileTypes: true }));
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
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
