import { createHash } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isDiskFull } from '../engine/checkpoint/disk-full';
import { openTokenizer } from '../engine/tokenizer/open-tokenizer';
import type { Tokenizer } from '../engine/tokenizer/tokenizer';
import { encodeDocument } from '../engine/training/blocks';
import type { LastParagraph, LastParagraphParams } from '../protocol/comparison';
import type {
  LeftOutReason,
  ManuscriptReport,
  ManuscriptSource,
  ReadManuscriptsParams,
  TextFacts,
  TextLength,
  WriteTextsParams,
  WrittenTexts,
} from '../protocol/manuscripts';
import { textEncodingNamed } from '../text/encoding/text-encoding';
import { splitHeldOut } from '../text/manuscript/held-out';
import { lastParagraph } from '../text/manuscript/last-paragraph';
import type { LeftOut, Prose } from '../text/manuscript/manuscript';
import { withoutNearDuplicates } from '../text/manuscript/near-duplicates';
import { charactersIn, readText, reasonAgainst } from '../text/manuscript/read-manuscript';
import { TrainingError } from './training-error';

/** No manuscript is longer; what is larger is not even opened. */
const LONGEST_FILE = 64 * 2 ** 20;

export interface ReadingObserver {
  /** Called after each file with how many have been read. */
  readonly onRead: (files: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Reads files one by one and says of each what it holds and whether it is worth learning from. A file that cannot be
 * read is a report too.
 *
 * @throws the signal's reason when aborted, {CheckpointError} when the model's tokenizer cannot be read
 */
export async function readManuscripts(
  { files, model }: ReadManuscriptsParams,
  { onRead, signal }: ReadingObserver,
): Promise<ManuscriptReport[]> {
  const tokenizer = await openTokenizer(model);
  const facts = new Map<string, TextFacts>();
  const reasons = new Map<string, LeftOutReason>();
  const hashes = new Map<string, string>();
  const good: Prose[] = [];
  for (const [index, file] of files.entries()) {
    // Messages, an abort among them, come in between two files.
    await nextTurn();
    signal.throwIfAborted();
    const read = await readSource(file);
    if ('reason' in read) {
      reasons.set(file.path, read.reason);
    } else {
      facts.set(file.path, factsOf(read, tokenizer));
      hashes.set(file.path, createHash('sha256').update(read.text).digest('hex'));
      const reason = reasonAgainst(read);
      if (reason === undefined) good.push(read);
      else reasons.set(file.path, reason);
    }
    onRead(index + 1);
  }
  for (const manuscript of withoutNearDuplicates(good)) {
    if (manuscript.kind === 'left-out') reasons.set(manuscript.path, manuscript.reason);
  }
  return files.map(({ path }) => {
    const [text, leftOut, sha256] = [facts.get(path), reasons.get(path), hashes.get(path)];
    return { path, ...(text && { text }), ...(sha256 && { sha256 }), ...(leftOut && { leftOut }) };
  });
}

/**
 * Writes what files hold as UTF-8 without markup, numbered in the order given: what is trained on in one folder, what is
 * held out in another.
 *
 * @throws {TrainingError} manuscript-unreadable, when a file can be read no more; texts-disk-full
 */
export async function writeTexts(params: WriteTextsParams): Promise<WrittenTexts> {
  try {
    return await writeAll(params);
  } catch (error) {
    if (isDiskFull(error)) throw new TrainingError('texts-disk-full', params.folder, error.message);
    throw error;
  }
}

async function writeAll({ files, folder }: WriteTextsParams): Promise<WrittenTexts> {
  const [training, heldOut] = [join(folder, 'training'), join(folder, 'held-out')];
  await mkdir(training, { recursive: true });
  await mkdir(heldOut, { recursive: true });
  let held = 0;
  for (const [index, file] of files.entries()) {
    const read = await readSource(file);
    if ('reason' in read) throw new TrainingError('manuscript-unreadable', file.path, read.reason.kind);
    const name = `${String(index + 1).padStart(5, '0')}.txt`;
    const split = splitHeldOut(read.text);
    await writeFile(join(training, name), split.training);
    if (split.heldOut.trim() === '') continue;
    await writeFile(join(heldOut, name), split.heldOut);
    held++;
  }
  return held === 0 ? { training } : { training, heldOut };
}

/** The last paragraph of the manuscript that was written last; nothing where no file is Japanese prose. */
export async function lastParagraphOf({ files }: LastParagraphParams): Promise<LastParagraph> {
  const times = files.map(async (file) => ({
    file,
    time: (await stat(file.path).catch(() => undefined))?.mtimeMs ?? 0,
  }));
  const newestFirst = (await Promise.all(times)).sort((a, b) => b.time - a.time);
  for (const { file } of newestFirst) {
    const read = await readSource(file);
    if (!('reason' in read) && reasonAgainst(read) === undefined) return { text: lastParagraph(read.text) };
  }
  return {};
}

async function readSource({
  path,
  encoding,
}: ManuscriptSource): Promise<Prose | LeftOut | { readonly reason: LeftOutReason }> {
  try {
    const { size, mtimeMs } = await stat(path);
    if (size > LONGEST_FILE) return { reason: { kind: 'unreadable', message: `${Math.round(size / 2 ** 20)} MB` } };
    const bytes = await readFile(path);
    const chosen = encoding === undefined ? undefined : textEncodingNamed(encoding);
    return readText({ path, bytes, modified: mtimeMs, ...(chosen && { encoding: chosen }) });
  } catch (error) {
    return { reason: { kind: 'unreadable', message: error instanceof Error ? error.message : String(error) } };
  }
}

function factsOf({ text, encoding }: Prose, tokenizer: Tokenizer): TextFacts {
  const { training, heldOut } = splitHeldOut(text);
  return { encoding, training: lengthOf(training, tokenizer), heldOut: lengthOf(heldOut, tokenizer) };
}

function lengthOf(text: string, tokenizer: Tokenizer): TextLength {
  if (text.trim() === '') return { characters: 0, tokens: 0 };
  return { characters: charactersIn(text), tokens: encodeDocument(tokenizer, text).length };
}
