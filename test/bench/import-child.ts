import { LanguageModel } from '../../src/engine/inference/language-model';
import { ImportClock } from '../../src/engine/quantization/import-clock';
import { answerMeasurement } from './answer-measurement';
import type { ImportMeasurement, ImportRequest } from './import-measurement';
import { residentMemory } from './resident-memory';

async function measure({ folder, cacheFolder }: ImportRequest): Promise<ImportMeasurement> {
  const start = performance.now();
  const startCpu = process.cpuUsage();
  let clock: ImportClock | undefined;
  let begun = 0;
  const said: { readonly at: number; readonly leftMs: number }[] = [];
  await LanguageModel.open(folder, {
    cacheFolder,
    onImport: (share) => {
      // As the status bar and the command line do: the clock begins with the first share.
      if (clock === undefined) {
        clock = new ImportClock();
        begun = performance.now();
      }
      const left = clock.secondsLeft(share);
      if (left !== undefined) said.push({ at: performance.now(), leftMs: 1000 * left });
    },
  });
  const end = performance.now();
  const { user, system } = process.cpuUsage(startCpu);
  const measured = { openMs: end - start, processorMs: (user + system) / 1000, memory: await residentMemory() };
  const [first] = said;
  const halfWay = said.findLast(({ at }) => at - begun <= (end - begun) / 2);
  if (first === undefined || halfWay === undefined) return measured;
  const compared = ({ at, leftMs }: (typeof said)[number]) => ({ saidMs: leftMs, leftMs: end - at });
  return { ...measured, import: { ms: end - begun, first: compared(first), halfWay: compared(halfWay) } };
}

await answerMeasurement(measure);
