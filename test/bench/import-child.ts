import { LanguageModel } from '../../src/engine/inference/language-model';
import { ImportClock } from '../../src/engine/quantization/import-clock';
import { answerMeasurement } from './answer-measurement';
import type { ImportMeasurement, ImportRequest } from './import-measurement';
import { residentMemory } from './resident-memory';

async function measure({ folder, cacheFolder }: ImportRequest): Promise<ImportMeasurement> {
  const start = performance.now();
  let clock: ImportClock | undefined;
  let began = 0;
  let said: ImportMeasurement['said'];
  let conversionMs: number | undefined;
  await LanguageModel.open(folder, {
    cacheFolder,
    onImport: (share) => {
      // As the status bar and the command line do: the clock begins with the first share.
      if (clock === undefined) {
        clock = new ImportClock();
        began = performance.now();
      }
      const elapsed = performance.now() - began;
      const left = clock.secondsLeft(share);
      if (said === undefined && left !== undefined) said = { atMs: elapsed, totalMs: elapsed + 1000 * left };
      if (share === 1) conversionMs = elapsed;
    },
  });
  const openMs = performance.now() - start;
  return {
    openMs,
    ...(said !== undefined && { said }),
    ...(conversionMs !== undefined && { conversionMs }),
    memory: await residentMemory(),
  };
}

await answerMeasurement(measure);
