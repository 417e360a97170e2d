import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isSourcePresent, SOURCE_ENDING } from '../checkpoint/cache-source';
import { INT8_COLUMNS_ENDING } from '../quantization/int8-weights';
import { QUANTIZED_VERSION } from '../quantization/quantized-weights';
import { packedEnding } from './packed-weights';

/** What begins with a key is made of a model: `<key>.float32`, `<key>-int8x128-….quantized`, … */
const KEYED = /^([0-9a-f]{32})[.-]/;
const FINGERPRINT = /\.fingerprint$/;
const UNFINISHED = /\.part$/;

/** A file that nobody has written to for so long is not being made any more. */
const SETTLED_MS = 60 * 60_000;

/**
 * Deletes from a cache what nothing will ask for again: what was made of models that are not there any more or have
 * changed, in formats of earlier versions, or for another processor; and what killed processes left unfinished. What
 * belongs to a model that is there stays, and so does every file that is not of this cache. Files that the system does
 * not let go of, because a process has them open, stay until the next time.
 *
 * @param runtimeVersion Of ONNX Runtime: arranged copies belong to one version.
 * @returns The names of what is gone.
 */
export async function sweepCache(
  cacheFolder: string,
  runtimeVersion: string,
  now: number = Date.now(),
): Promise<string[]> {
  const names = await readdir(cacheFolder).catch(() => []);
  const present = new Set<string>();
  for (const name of names.filter((one) => one.endsWith(SOURCE_ENDING))) {
    if (await isSourcePresent(join(cacheFolder, name))) present.add(keyOf(name));
  }
  const gone: string[] = [];
  for (const name of names) {
    if (!KEYED.test(name) || (await isWanted(cacheFolder, name, present, runtimeVersion))) continue;
    const path = join(cacheFolder, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: now }));
    // What was begun only just may belong to a model whose note is still to come.
    if (!present.has(keyOf(name)) && !name.endsWith(SOURCE_ENDING) && now - mtimeMs < SETTLED_MS) continue;
    if (UNFINISHED.test(name) && now - mtimeMs < SETTLED_MS) continue;
    const removed = await rm(path, { recursive: true, force: true }).then(
      () => true,
      () => false,
    );
    if (removed) gone.push(name);
  }
  return gone;
}

async function isWanted(
  cacheFolder: string,
  name: string,
  present: ReadonlySet<string>,
  runtimeVersion: string,
): Promise<boolean> {
  if (UNFINISHED.test(name)) return false;
  if (FINGERPRINT.test(name)) {
    const fingerprint = await readFile(join(cacheFolder, name), 'utf8').catch(() => '');
    return present.has(fingerprint.slice(0, 32));
  }
  if (!present.has(keyOf(name))) return false;
  if (name.endsWith('.quantized')) return name.endsWith(`${QUANTIZED_VERSION}.quantized`);
  if (name.includes('.int8-columns')) return name.endsWith(INT8_COLUMNS_ENDING);
  if (name.endsWith('.packed')) {
    return name.includes(`${QUANTIZED_VERSION}-`) && name.endsWith(packedEnding(runtimeVersion));
  }
  return true;
}

function keyOf(name: string): string {
  return KEYED.exec(name)?.[1] ?? '';
}
