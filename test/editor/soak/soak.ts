import { appendFileSync, writeFileSync } from 'node:fs';
import type { EditorWindow } from '../bed/editor-window';
import { theSidecar } from '../bed/sidecar-process';
import type { Manuscript } from './manuscript';
import { parentOf, privateMemory } from './process-figures';
import { drawStep, type Step } from './steps';
import { type Taken, Typist } from './typist';

export interface SoakPlan {
  /** The same seed gives the same steps. */
  readonly seed: number;
  readonly minutes: number;
  /** A file for the steps as they are done, one a line. */
  readonly record: string;
}

/** Private memory in bytes, sampled as the writer went on. */
export interface MemorySamples {
  readonly sidecar: readonly number[];
  readonly extensionHost: readonly number[];
}

export interface SoakResult {
  /** What must stand in the file. */
  readonly text: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly taken: Taken;
  readonly memory: MemorySamples;
}

/** Every so many steps the file is saved and compared, and memory is looked at. */
const CHECK_EVERY = 10;

/**
 * Writes in a window for some minutes as the seed has it.
 *
 * @throws as soon as the document is another one than it must be.
 */
export async function soak(
  window: EditorWindow,
  start: Manuscript,
  { seed, minutes, record }: SoakPlan,
): Promise<SoakResult> {
  const typist = new Typist(window);
  const sidecar = await theSidecar();
  const extensionHost = parentOf(sidecar);
  const memory = { sidecar: [] as number[], extensionHost: [] as number[] };
  const counts: Record<string, number> = {};
  const end = Date.now() + minutes * 60_000;
  let manuscript = start;
  writeFileSync(record, '');
  for (let index = 0; Date.now() < end; index++) {
    const step = drawStep(seed, index, manuscript);
    appendFileSync(record, `${JSON.stringify({ index, cursor: manuscript.cursor, ...step })}\n`);
    manuscript = await at(index, step, () => typist.perform(step, manuscript));
    counts[step.kind] = (counts[step.kind] ?? 0) + 1;
    if (index % CHECK_EVERY !== CHECK_EVERY - 1) continue;
    const saved = await window.save();
    if (saved !== manuscript.text) throw new Error(difference(index, manuscript.text, saved));
    memory.sidecar.push(privateMemory(sidecar));
    memory.extensionHost.push(privateMemory(extensionHost));
  }
  return { text: manuscript.text, counts, taken: typist.taken, memory };
}

async function at<T>(index: number, step: Step, perform: () => Promise<T>): Promise<T> {
  try {
    return await perform();
  } catch (error) {
    throw new Error(`step ${index}, ${JSON.stringify(step)}`, { cause: error });
  }
}

function difference(index: number, expected: string, found: string): string {
  let place = 0;
  while (expected[place] === found[place]) place++;
  const around = (text: string) => JSON.stringify(text.slice(Math.max(0, place - 20), place + 20));
  return `after step ${index}, from character ${place}: expected ${around(expected)}, found ${around(found)}`;
}
