// What the first start with a large model costs, and the second: npm run bench:import
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { markdownTable } from 'markdown-table';
import { childMeasurement } from './child-measurement';
import { BENCH_CACHE, randomMediumModel } from './completion-models';
import { type ImportMeasurement, type ImportRequest, importMeasurementSchema } from './import-measurement';
import { legacyBinFolder } from './legacy-bin';
import { describeMachine, thisMachine } from './machine';

/** The second start several times: the first of them still finds caches of the system cold. */
const STARTS = 3;

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
    await rm(cacheFolder, { recursive: true, force: true });
    for (let start = 0; start <= STARTS; start++) {
      process.stderr.write(`${container}: start ${start + 1}\n`);
      rows.push([container, start === 0 ? 'first' : 'later', ...figures(await measure({ folder, cacheFolder }))]);
    }
    await rm(cacheFolder, { recursive: true, force: true });
  }
  const head = [
    'container',
    'start',
    'opened (s)',
    'conversion (s)',
    'said (s)',
    'said after (s)',
    'peak RSS (MB)',
    'not mapped (MB)',
  ];
  process.stdout.write(`${describeMachine(machine)}\n\n${markdownTable([head, ...rows], { align: 'llrrrrrr' })}\n`);
}

function figures({ openMs, conversionMs, said, memory }: ImportMeasurement): string[] {
  return [
    seconds(openMs),
    seconds(conversionMs),
    seconds(said?.totalMs),
    seconds(said?.atMs),
    megabytes(memory.peak),
    megabytes(memory.anonymous),
  ];
}
