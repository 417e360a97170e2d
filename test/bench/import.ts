// What the first start with a large model costs, and the second: npm run bench:import
import { rm } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { markdownTable } from 'markdown-table';
import { childMeasurement } from './child-measurement';
import { BENCH_CACHE, randomMediumModel } from './completion-models';
import { type ImportMeasurement, type ImportRequest, importMeasurementSchema } from './import-measurement';
import { legacyBinFolder } from './legacy-bin';
import { describeMachine, thisMachine } from './machine';
import { median } from './repetitions';

/** Imports of each container, and later starts after each. */
const REPETITIONS = Number(process.argv[2] ?? 2);
const STARTS = 5;

const seconds = (ms: number | undefined) => (ms === undefined ? '' : (ms / 1000).toFixed(2));
const megabytes = (bytes: number | undefined) => (bytes === undefined ? '' : (bytes / 1e6).toFixed(0));

void main();

async function main(): Promise<void> {
  const machine = thisMachine();
  const { folders } = await randomMediumModel();
  const models = { safetensors: folders.tsuzuki, 'legacy .bin': await legacyBinFolder(folders.tsuzuki) };
  const measure = await childMeasurement<ImportRequest, typeof importMeasurementSchema>(
    join(import.meta.dirname, 'import-child.ts'),
    importMeasurementSchema,
  );
  const rows: string[][] = [];
  for (const [container, folder] of Object.entries(models)) {
    const cacheFolder = join(BENCH_CACHE, 'import');
    const first: ImportMeasurement[] = [];
    const later: ImportMeasurement[] = [];
    for (let repetition = 0; repetition < REPETITIONS; repetition++) {
      await rm(cacheFolder, { recursive: true, force: true });
      for (let start = 0; start <= STARTS; start++) {
        process.stderr.write(`${container} ${repetition + 1}: start ${start + 1}, load ${loadavg()[0]?.toFixed(1)}\n`);
        (start === 0 ? first : later).push(await measure({ folder, cacheFolder }));
      }
    }
    await rm(cacheFolder, { recursive: true, force: true });
    for (const one of first) rows.push([container, 'first', ...figures([one])]);
    rows.push([container, `later (${later.length})`, ...figures(later)]);
  }
  const head = [
    'container',
    'start',
    'opened (s)',
    'fastest (s)',
    'processor (s)',
    'peak RSS (MB)',
    'not mapped (MB)',
    'said at first (s)',
    'was left (s)',
    'said half-way (s)',
    'was left (s)',
  ];
  process.stdout.write(`${describeMachine(machine)}\n\n${markdownTable([head, ...rows], { align: 'llrrrrrrrrr' })}\n`);
}

/** Medians. */
function figures(starts: readonly ImportMeasurement[]): string[] {
  const [one] = starts;
  const imported = one?.import;
  return [
    seconds(median(starts.map(({ openMs }) => openMs))),
    seconds(Math.min(...starts.map(({ openMs }) => openMs))),
    seconds(median(starts.map(({ processorMs }) => processorMs))),
    megabytes(median(starts.map(({ memory }) => memory.peak))),
    megabytes(median(starts.map(({ memory }) => memory.anonymous ?? Number.NaN))),
    ...[imported?.first, imported?.halfWay].flatMap((said) => [seconds(said?.saidMs), seconds(said?.leftMs)]),
  ];
}
